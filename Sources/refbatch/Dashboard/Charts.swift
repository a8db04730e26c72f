// Charts as inline SVG, drawn by rectangles and lines alone; colours come from the style sheet.
import Stages

/// What is drawn.
enum Chart {
  /// A day's, or anyone's, value with its name and how it is written.
  struct Bar {
    var name: String
    var value: Int64
    var label: String
  }

  private static let width = 720
  private static let height = 180
  private static let bottom = 22

  /// Upright bars, one a day; the first, the middle and the last day are named.
  static func columns(_ bars: [Bar], title: String, style: String, to html: inout HTMLWriter) {
    let top = max(1, bars.map(\.value).max() ?? 1)
    let room = height - bottom - 14
    html.element(
      "svg",
      [
        "class": "chart", "viewBox": "0 0 \(width) \(height)", "role": "img",
        "aria-label": title, "preserveAspectRatio": "none",
      ]
    ) { html in
      for line in 0...3 {
        let y = height - bottom - room * line / 3
        html.element(
          "line", ["class": "grid", "x1": "0", "x2": "\(width)", "y1": "\(y)", "y2": "\(y)"]
        ) { _ in }
      }
      let step = Double(width) / Double(max(1, bars.count))
      for (index, bar) in bars.enumerated() {
        let size = bar.value <= 0 ? 0 : max(1, Double(bar.value) / Double(top) * Double(room))
        html.element(
          "rect",
          [
            "class": style, "x": fixed(Double(index) * step + step * 0.12),
            "y": fixed(Double(height - bottom) - size), "width": fixed(step * 0.76),
            "height": fixed(size), "rx": "2",
          ]
        ) { html in html.element("title", "\(bar.name): \(bar.label)") }
      }
    }
    axis(bars, to: &html)
  }

  private static func axis(_ bars: [Bar], to html: inout HTMLWriter) {
    guard let first = bars.first, let last = bars.last else { return }
    html.element("p", ["class": "axis"]) { html in
      html.element("span", first.name)
      if bars.count > 2 { html.element("span", bars[bars.count / 2].name) }
      html.element("span", last.name)
    }
  }

  /// A table whose rows have bars behind them.
  static func rows(
    _ bars: [Bar], head: (String, String), style: String, empty: String, to html: inout HTMLWriter
  ) {
    guard !bars.isEmpty else {
      html.element("p", ["class": "empty"], empty)
      return
    }
    let top = max(1, bars.map(\.value).max() ?? 1)
    html.element("table", ["class": "bars"]) { html in
      html.element("thead") { html in
        html.element("tr") { html in
          html.element("th", head.0)
          html.element("th", ["class": "share"], "")
          html.element("th", ["class": "number"], head.1)
        }
      }
      html.element("tbody") { html in
        for bar in bars { row(bar, top, style, to: &html) }
      }
    }
  }

  private static func row(_ bar: Bar, _ top: Int64, _ style: String, to html: inout HTMLWriter) {
    let share = max(0, Double(bar.value) / Double(top) * 100)
    html.element("tr") { html in
      html.element("td", ["class": "name"], bar.name)
      html.element("td", ["class": "share"]) { html in
        html.element(
          "svg",
          ["viewBox": "0 0 100 8", "preserveAspectRatio": "none", "aria-hidden": "true"]
        ) { html in
          html.element("rect", ["class": "track", "width": "100", "height": "8", "rx": "1"]) { _ in
          }
          html.element("rect", ["class": style, "width": fixed(share), "height": "8", "rx": "1"]) {
            _ in
          }
        }
      }
      html.element("td", ["class": "number"], bar.label)
    }
  }

  /// A number with one decimal, as SVG reads it everywhere.
  private static func fixed(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }
}
