namespace HubertSharp.Runs.Reports;

/// <summary>The report's style sheet: light and dark by the reader's own setting, readable in print.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --bg: #fbfbfa; --card: #ffffff; --ink: #1d2125; --soft: #646c75; --rule: #e3e5e8; --s0: #1f6feb; --s1: #d9730d;
          --s2: #7d4cdb; --s3: #0a8f8f; --good: #1a7f4b; --early: #57606a; --watch: #9a6700; --bad: #c0362c; }
        @media (prefers-color-scheme: dark) { :root { --bg: #15181c; --card: #1d2126; --ink: #e6e9ec; --soft: #9aa4ae; --rule: #333a42;
          --s0: #6ea8fe; --s1: #f0a35e; --s2: #b796f5; --s3: #58c7c7; --good: #57c28a; --early: #9aa4ae; --watch: #e0b252;
            --bad: #ff8178; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--bg); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei",
            sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 60px; }
        h1 { font-size: 28px; margin: 0; letter-spacing: -0.01em; }
        h2 { font-size: 19px; margin: 36px 0 12px; }
        h3 { font-size: 15px; margin: 0 0 6px; }
        section > h3 { margin-top: 18px; }
        a { color: var(--s0); }
        .sub, .note, figcaption { color: var(--soft); }
        .sub { margin: 4px 0 0; }
        .note { max-width: 80ch; font-size: 14px; }
        ul { margin: 0; padding-left: 20px; }
        li { margin: 4px 0; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 16px; }
        .card { background: var(--card); border: 1px solid var(--rule); border-left: 5px solid var(--early); border-radius: 8px;
          padding: 14px 18px; }
        .card p { margin: 0 0 6px; }
        .card .finding { color: var(--soft); font-size: 14px; }
        .card .next { display: block; }
        .verdict.normal { border-left-color: var(--good); } .verdict.normal b { color: var(--good); }
        .verdict.watch { border-left-color: var(--watch); } .verdict.watch b { color: var(--watch); }
        .verdict.broken { border-left-color: var(--bad); } .verdict.broken b { color: var(--bad); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; font-size: 14px; }
        th, td { padding: 6px 10px; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
        thead th { color: var(--soft); font-weight: 600; }
        tbody tr:last-child > * { border-bottom: 0; }
        td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        tr.strong td { font-weight: 650; }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(480px, 100%), 1fr)); gap: 16px; }
        figure { margin: 0 0 16px; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; }
        figcaption { font-size: 13px; margin-bottom: 4px; }
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
        svg .levelname { font-size: 11.5px; }
        svg .grid { stroke: var(--rule); stroke-width: 1; }
        svg .axis { stroke: var(--soft); stroke-width: 1; }
        svg .level { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 5 4; }
        svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke: var(--s0); }
        svg .line.s1 { stroke: var(--s1); } svg .line.s2 { stroke: var(--s2); } svg .line.s3 { stroke: var(--s3); }
        svg .band { fill: var(--good); fill-opacity: .14; stroke: var(--good); stroke-opacity: .3; }
        svg .dot { fill: var(--s0); stroke: var(--card); stroke-width: 1.5; } svg .dot.s1 { fill: var(--s1); }
          svg .dot.s2 { fill: var(--s2); } svg .dot.s3 { fill: var(--s3); }
        svg .hover { fill: transparent; } svg .hover:hover { fill: var(--soft); fill-opacity: .35; }
        svg.bars rect { fill: var(--s0); fill-opacity: .75; }
        .legend { display: flex; flex-wrap: wrap; gap: 14px; font-size: 13px; color: var(--soft); padding: 4px 0 0 44px; }
        .swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px;
          background: var(--s0); }
        .swatch.s1 { background: var(--s1); } .swatch.s2 { background: var(--s2); } .swatch.s3 { background: var(--s3); }
          .swatch.band { background: var(--good); opacity: .3; }
        .badge { display: inline-block; min-width: 4.5em; font-size: 12px; font-weight: 650; color: var(--soft); }
          .badge.watch { color: var(--watch); } .badge.broken { color: var(--bad); }
        .findings { display: grid; gap: 10px; } .findings .card { border-left-width: 3px; }
          .findings .card.watch { border-left-color: var(--watch); } .findings .card.broken { border-left-color: var(--bad); }
        .findings .folded .card { margin-top: 10px; }
        .findings code { font-size: 13px; color: var(--soft); } .ref { font-size: 13px; color: var(--soft); overflow-wrap: anywhere; }
        .credits { white-space: pre-wrap; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 16px;
          font: 13px/1.5 inherit; font-family: inherit; margin: 0; }
        details { margin: 10px 0; } summary { cursor: pointer; font-weight: 600; padding: 4px 0; }
        .pairs th { font-weight: 500; color: var(--soft); } .pairs td { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
          font-size: 13px; overflow-wrap: anywhere; }
        @media print { figure, table, .card { break-inside: avoid; } body { background: #fff; } }
        """;
}
