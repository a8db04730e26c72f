// How the pages look: one sheet, light and dark, from phones to paper.
import Pipeline

enum StyleSheet {
  static let path = "/dashboard/style.css"

  /// The path as pages name it: browsers keep the sheet for an hour, and another text is another
  /// address.
  static let link: String = {
    let digest = ByteView.withBytes(of: Array(text.utf8)) { SHA256.digest(of: $0) }
    return "\(path)?\(SHA256.hexadecimal(Array(digest.prefix(4))))"
  }()

  static let text = """
    :root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#16202c;--faint:#5b6876;
    --line:#e1e6ec;--accent:#2858d6;--second:#0e8a6c;--third:#b9650c;--track:#eaeef3;--warn:#a3341c;
    --warnground:#fdeee9;--good:#0b6b52;--goodground:#e3f5ef;--wait:#7a5200;--waitground:#fdf3dc}
    @media (prefers-color-scheme:dark){:root{--ground:#10151c;--card:#19212b;--ink:#e7ecf2;
    --faint:#9aa8b7;--line:#2a3542;--accent:#7aa2ff;--second:#4fd1ac;--third:#f0a85a;--track:#263140;
    --warn:#ff9d85;--warnground:#3c211b;--good:#6fdcb9;--goodground:#15352c;--wait:#f3c878;
    --waitground:#38301a}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
    font-variant-numeric:tabular-nums}
    a{color:var(--accent);text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}
    .bar{background:var(--card);border-bottom:1px solid var(--line)}
    .bar>div,main{max-width:1120px;margin:0 auto;padding:0 20px}
    .bar>div{display:flex;flex-wrap:wrap;align-items:center;gap:4px 20px;padding-top:12px}
    .brand{font-weight:700;font-size:17px;letter-spacing:-.01em;color:var(--ink)}
    .who{margin-left:auto;color:var(--faint);font-size:13px;overflow-wrap:anywhere}
    nav{flex-basis:100%;display:flex;overflow-x:auto;gap:4px;margin:0 -10px}
    nav a{padding:8px 10px;color:var(--faint);border-bottom:2px solid transparent;white-space:nowrap}
    nav a[aria-current]{color:var(--ink);border-color:var(--accent);font-weight:600}
    main{padding-top:20px;padding-bottom:48px}
    h1{font-size:24px;line-height:1.25;letter-spacing:-.02em;margin:0}
    h2{font-size:15px;margin:0 0 12px;display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px}
    h2 span{font-weight:400;font-size:12.5px;color:var(--faint)}
    .picks{display:flex;flex-wrap:wrap;gap:6px;align-items:center;margin:0 0 16px;font-size:14px}
    .picks a{padding:3px 11px;border:1px solid var(--line);border-radius:99px;background:var(--card)}
    .picks a[aria-current]{background:var(--ink);border-color:var(--ink);color:var(--card);font-weight:600}
    .picks span{color:var(--faint);font-size:13px;margin-left:6px}
    .lead{color:var(--faint);margin:4px 0 18px}
    .head{display:flex;flex-wrap:wrap;gap:10px 24px;align-items:flex-end;margin-bottom:4px}
    form{margin-left:auto;display:flex;flex-wrap:wrap;gap:8px;align-items:center;min-width:0;
    max-width:100%}
    select{min-width:0;flex:0 1 auto;text-overflow:ellipsis}
    select,button{font:inherit;font-size:14px;color:inherit;background:var(--card);
    border:1px solid var(--line);border-radius:7px;padding:6px 10px;max-width:100%}
    button{background:var(--accent);border-color:var(--accent);color:#fff;font-weight:600}
    @media (prefers-color-scheme:dark){button{color:#0d1420}}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:12px;
    margin:0 0 16px}
    .tile,.card{background:var(--card);border:1px solid var(--line);border-radius:12px}
    .tile{padding:14px 16px}.tile dt{color:var(--faint);font-size:13px}
    .tile dd{margin:2px 0 0;font-size:22px;font-weight:650;letter-spacing:-.02em;line-height:1.25}
    .tile small{display:block;color:var(--faint);font-size:12px;font-weight:400;letter-spacing:0}
    dl{margin:0}
    .cards{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}
    .card{padding:16px;min-width:0}.wide{grid-column:1/-1}
    .chart{display:block;width:100%;height:150px}
    .grid{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
    .c1{fill:var(--accent)}.c2{fill:var(--second)}.c3{fill:var(--third)}.track{fill:var(--track)}
    .axis{display:flex;justify-content:space-between;margin:2px 0 0;color:var(--faint);font-size:12px}
    .scroll{overflow-x:auto;margin:0 -16px;padding:0 16px}
    table{border-collapse:collapse;width:100%;font-size:14px}
    th{text-align:left;color:var(--faint);font-weight:500;font-size:12.5px;white-space:nowrap}
    th,td{padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
    tr:last-child td{border-bottom:0}th:last-child,td:last-child{padding-right:0}
    .number{text-align:right;white-space:nowrap}.nowrap{white-space:nowrap}
    td.name,td.id{overflow-wrap:break-word;max-width:30em}td.id{font-family:ui-monospace,"DejaVu Sans Mono",monospace;
    font-size:13px}
    .share{width:38%}.share svg{display:block;width:100%;height:8px;margin-top:7px}
    .tag{display:inline-block;padding:1px 8px;border-radius:99px;font-size:12.5px;white-space:nowrap;
    background:var(--track);color:var(--ink);margin:0 4px 2px 0}
    .good{background:var(--goodground);color:var(--good)}.bad{background:var(--warnground);
    color:var(--warn)}.wait{background:var(--waitground);color:var(--wait)}
    .empty{color:var(--faint);margin:0}
    .pages{display:flex;gap:16px;margin-top:14px}
    .facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px}
    .facts dt{color:var(--faint)}.facts dd{margin:0;overflow-wrap:anywhere}
    footer{color:var(--faint);font-size:12.5px;margin-top:28px}
    @media (max-width:720px){.cards{grid-template-columns:minmax(0,1fr)}
    form{margin-left:0;flex:1 1 100%;flex-wrap:nowrap}select{flex:1 1 0}form label{display:none}.bar>div,main{padding-left:14px;padding-right:14px}
    .tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}.tile dd{font-size:19px}
    .facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:10px}}
    @media (max-width:560px){.list thead{display:none}.list,.list tbody,.list tr{display:block}
    .list tr{padding:8px 0;border-bottom:1px solid var(--line)}.list tr:last-child{border-bottom:0}
    .list td{display:flow-root;max-width:none;padding:2px 0;border:0;text-align:right;
    white-space:normal;overflow-wrap:anywhere}
    .list td::before{content:attr(data-head);color:var(--faint);font-size:12.5px;float:left;
    margin-right:16px;white-space:nowrap;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    .list td:empty{display:none}.list .tag{margin:0 0 2px 4px}}
    @media print{:root{--ground:#fff}nav,form,.pages,.picks{display:none}.card,.tile{break-inside:avoid}
    body{font-size:12px}.bar{border:0}a{color:inherit}}
    """
}
