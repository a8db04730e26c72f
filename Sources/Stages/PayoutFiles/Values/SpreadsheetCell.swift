// Cells that a spreadsheet would run instead of show.

/// Text on its way into a cell.
public enum SpreadsheetCell {
  /// Whether a spreadsheet takes the text for a formula: it begins with `=`, `+`, `-`, `@`, a tab
  /// or a carriage return.
  public static func isFormula(_ text: String) -> Bool {
    switch text.utf8.first {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D: true
    default: false
    }
  }

  /// The text with an apostrophe before it where it would be a formula.
  public static func inert(_ text: String) -> String { isFormula(text) ? "'" + text : text }
}
