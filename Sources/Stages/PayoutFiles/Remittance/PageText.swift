// Pages that people read and print: self-contained, light or dark as the reader's system is, without
// scripts and without anything from elsewhere.
import Pipeline

/// What pages have in common.
enum PageText {
  /// The beginning of a page, up to its first heading.
  static func begin(_ title: String, _ page: inout XMLText) {
    page.line("<!DOCTYPE html>")
    page.line("<html lang=\"en\"><head><meta charset=\"utf-8\">")
    page.line(
      "<meta http-equiv=\"Content-Security-Policy\" "
        + "content=\"default-src 'none'; style-src 'unsafe-inline'\">")
    page.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    page.line("<meta name=\"color-scheme\" content=\"light dark\">")
    page.line("<title>\(XMLText.escaped(title))</title>")
    page.line("<style>\(style)</style></head><body>")
  }

  static func end(_ page: inout XMLText) { page.line("</body></html>") }

  /// Text of others as markup: no character of it is a tag, and its direction stays within it.
  static func markup(_ text: Text) -> String {
    let visible = String(
      String.UnicodeScalarView(
        text.string.unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
        }))
    return "<bdi>" + XMLText.escaped(visible) + "</bdi>"
  }

  /// An amount with commas between its thousands.
  static func grouped(_ minor: Int64, _ currency: String) -> String {
    let plain = Money.majorUnits(minor, currency)
    let isNegative = plain.hasPrefix("-")
    let parts = plain.drop { $0 == "-" }.split(separator: ".")
    var digits = ""
    let whole = Array(parts.first ?? "0")
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place) % 3 == 0 { digits += "," }
      digits.append(digit)
    }
    let fraction = parts.count > 1 ? "." + parts[1] : ""
    return (isNegative ? "\u{2212}" : "") + digits + fraction
  }

  private static let style = """
    :root{--ink:#1a1a1a;--soft:#5c5c5c;--line:#d9d9d9;--back:#fff;--shade:#f4f5f7;\
    --a:#2f6f9f;--b:#5aa469;--c:#d8b13a;--d:#d9843b;--e:#b8433f;--f:#7a6aa8}\
    @media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#a5a5a5;--line:#3d3d3d;\
    --back:#161616;--shade:#222427;--a:#6aa9d8;--b:#7cc48b;--c:#e3c65d;--d:#e69f5e;--e:#e0736e;\
    --f:#a797d6}}\
    @media print{:root{--ink:#000;--soft:#444;--line:#bbb;--back:#fff;--shade:#fff;--a:#2f6f9f;\
    --b:#5aa469;--c:#d8b13a;--d:#d9843b;--e:#b8433f;--f:#7a6aa8}\
    body{margin:0!important;max-width:none!important;-webkit-print-color-adjust:exact;\
    print-color-adjust:exact}}\
    body{font:14px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);\
    margin:2rem auto;max-width:60rem;padding:0 1rem}h1{font-size:1.5rem;margin:0 0 .3rem}\
    h2{font-size:1.1rem;margin:2rem 0 .4rem}p{margin:.3rem 0;color:var(--soft)}\
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:var(--soft)}\
    dd{margin:0;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%;margin:.4rem 0}\
    td,th{text-align:left;padding:.3rem .5rem;border-bottom:1px solid var(--line);\
    overflow-wrap:anywhere;vertical-align:top}th{font-weight:600;color:var(--soft)}\
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;\
    overflow-wrap:normal}.t td{font-weight:600}thead{display:table-header-group}\
    tr{break-inside:avoid}section{break-after:page}section:last-of-type{break-after:auto}\
    section+section{margin-top:3rem}\
    .wide{overflow-x:auto}.key{display:inline-block;width:.7em;height:.7em;margin-right:.3em}\
    .keys span{margin-right:1.2em;white-space:nowrap}svg{display:block;width:100%;height:22px}
    """
}
