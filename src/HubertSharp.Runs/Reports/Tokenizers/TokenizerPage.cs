using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>
/// A tokenizer's figures as a page, with players and spectrograms of originals beside their reconstructions. Pictures and style are inside,
/// nothing is loaded from elsewhere; the recordings lie beside it.
/// </summary>
public static class TokenizerPage
{
    internal const string Style = """
        <style>.sounds { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(212px, 100%), 1fr)); gap: 10px; }
        .sounds figure { margin: 0; padding: 8px 10px; } .sounds img { display: block; width: 100%; height: 120px; border-radius: 4px; }
        .sounds audio { display: block; width: 100%; height: 36px; margin-top: 6px; }
        .sounds p { margin: 6px 0 0; font-size: 13px; overflow-wrap: anywhere; }</style>
        """;

    /// <summary>Renders the page.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="examples">The recordings to listen to.</param>
    /// <param name="language">Of the words.</param>
    /// <param name="otherLanguageFile">The same page in the other language, which is linked.</param>
    public static string Render(
        TokenizerReport report, IReadOnlyList<Example> examples, ReportLanguage language, string otherLanguageFile)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(examples);
        var texts = new TokenizerTexts(report, language);
        var page = new HtmlPage(texts.Title, texts.LanguageTag);
        page.Append(Style).Append($"<header><h1>{texts.Title}</h1><p class=\"sub\">{HtmlPage.Escape(texts.Subtitle)} · "
            + $"<a href=\"{otherLanguageFile}\">{texts.Other}</a></p></header>\n");
        page.Append($"<section><h2>{texts.Reconstructions}</h2>");
        page.Table(texts.ReconstructionHeader, texts.ReconstructionRows().Select(row => (row, false)));
        page.Append($"<p class=\"note\">{HtmlPage.Escape(texts.Note)}</p><p class=\"note\">{HtmlPage.Escape(texts.Speed)}</p></section>\n");
        Listen(page, texts, examples);
        page.Append($"<section><h2>{texts.Codebooks}</h2>");
        page.Table(texts.CodebookHeader, report.Codebooks.Select(book => (texts.Cells(book), false)));
        page.Append("</section>\n");
        if (report.FirstQuantizer.Count > 0)
        {
            page.Append($"<section><h2>{texts.Content}</h2>");
            page.Table(texts.ContentHeader, texts.ContentRows().Select(row => (row, false)));
            page.Append("</section>\n");
        }
        if (report.Speakers.Count > 0)
        {
            page.Append($"<section><h2>{texts.Speakers}</h2>");
            page.Table(texts.SpeakerHeader, report.Speakers.Select(content => (texts.Cells(content), false)));
            page.Append("</section>\n");
        }
        return page.Close();
    }

    private static void Listen(HtmlPage page, TokenizerTexts texts, IReadOnlyList<Example> examples)
    {
        page.Append($"<section><h2>{texts.Listen}</h2><p class=\"note\">{texts.ListenNote}</p>");
        foreach (var example in examples)
        {
            page.Append($"<h3>{HtmlPage.Escape(example.Name)} · {texts.Seconds(example.Seconds)}</h3><div class=\"sounds\">");
            var loudest = example.Sounds[0].Decibels.DefaultIfEmpty().Max();
            foreach (var sound in example.Sounds)
                Sound(page, texts, sound, loudest);
            page.Append("</div>\n");
        }
        page.Append("</section>\n");
    }

    /// <summary>One recording to hear and to see, with what was written down of it.</summary>
    /// <param name="page">Takes it.</param>
    /// <param name="texts">Of its caption.</param>
    /// <param name="sound">The recording.</param>
    /// <param name="loudest">The level that is brightest, in dB.</param>
    internal static void Sound(HtmlPage page, TokenizerTexts texts, ExampleSound sound, double loudest)
    {
        var caption = HtmlPage.Escape(texts.Caption(sound));
        page.Append(
            $"<figure><figcaption>{caption}</figcaption><img alt=\"{caption}\" src=\"{SpectrogramPicture.Uri(sound, loudest)}\"/>"
                + $"<audio controls=\"controls\" preload=\"metadata\" src=\"{HtmlPage.Escape(sound.File)}\"></audio>");
        if (sound.Text is { } text)
            page.Append($"<p>{HtmlPage.Escape(text)}</p>");
        page.Append("</figure>");
    }
}
