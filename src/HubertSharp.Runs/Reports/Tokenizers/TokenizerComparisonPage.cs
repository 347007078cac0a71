using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Reports.Tokenizers;

/// <summary>
/// Several tokenizers beside each other as a page: their tables, and the same recordings as each of them makes them, to hear and to see.
/// </summary>
public static class TokenizerComparisonPage
{
    /// <summary>Renders the page.</summary>
    /// <param name="tokenizers">At least one.</param>
    /// <param name="examples">The recordings of each tokenizer, of which the originals are the same; files as the page finds them.</param>
    /// <param name="language">Of the words.</param>
    /// <param name="otherLanguageFile">The same page in the other language, which is linked.</param>
    public static string Render(IReadOnlyList<TokenizerSummary> tokenizers, IReadOnlyList<IReadOnlyList<Example>> examples,
        ReportLanguage language, string otherLanguageFile)
    {
        ArgumentNullException.ThrowIfNull(tokenizers);
        ArgumentNullException.ThrowIfNull(examples);
        var texts = new TokenizerComparison(tokenizers, language);
        var page = new HtmlPage(texts.Title, texts.LanguageTag);
        page.Append(TokenizerPage.Style).Append($"<header><h1>{texts.Title}</h1><p class=\"sub\">{HtmlPage.Escape(texts.Subtitle)} · "
            + $"<a href=\"{otherLanguageFile}\">{texts.Other}</a></p></header>\n");
        page.Append("<section>");
        Tables(page, texts, onlyChief: false);
        page.Append("</section>\n");
        Listen(page, texts, tokenizers, examples, language);
        return page.Close();
    }

    /// <summary>The tables alone, for this page and for a report.</summary>
    /// <param name="page">Takes them.</param>
    /// <param name="texts">Their words.</param>
    /// <param name="onlyChief">Leaves out the figures that only this page shows.</param>
    internal static void Tables(HtmlPage page, TokenizerComparison texts, bool onlyChief)
    {
        var sentences = texts.Sentences().Concat(texts.Verdicts()).ToList();
        if (sentences.Count > 0)
            page.Append($"<ul>{string.Concat(sentences.Select(sentence => $"<li>{HtmlPage.Escape(sentence)}</li>"))}</ul>");
        Table(texts.Content, texts.ContentHeader, texts.ContentRows());
        Table(texts.Speakers, texts.SpeakerHeader, texts.SpeakerRows());
        Table(texts.Reconstructions, texts.ReconstructionHeader, texts.ReconstructionRows(onlyChief));
        page.Append($"<p class=\"note\">{HtmlPage.Escape(texts.Note)}</p>");
        if (!onlyChief)
            Table(texts.Codebooks, texts.CodebookHeader, texts.CodebookRows());

        void Table(string title, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
        {
            var all = rows.ToList();
            if (all.Count == 0)
                return;
            page.Append($"<h3>{HtmlPage.Escape(title)}</h3>");
            page.Table(header, all.Select(row => (row, false)));
        }
    }

    private static void Listen(HtmlPage page, TokenizerComparison texts, IReadOnlyList<TokenizerSummary> tokenizers,
        IReadOnlyList<IReadOnlyList<Example>> examples, ReportLanguage language)
    {
        page.Append($"<section><h2>{texts.Listen}</h2><p class=\"note\">{texts.ListenNote}</p>");
        var captions = tokenizers.Select(one => new TokenizerTexts(one.Report, language)).ToList();
        for (var number = 0; number < examples.Min(own => own.Count); number++)
        {
            var original = examples[0][number];
            var loudest = original.Sounds[0].Decibels.DefaultIfEmpty().Max();
            page.Append($"<h3>{HtmlPage.Escape(original.Name)} · {captions[0].Seconds(original.Seconds)}</h3><div class=\"sounds\">");
            TokenizerPage.Sound(page, captions[0], original.Sounds[0], loudest);
            page.Append("</div>");
            for (var i = 0; i < tokenizers.Count; i++)
            {
                page.Append($"<h4>{HtmlPage.Escape(texts.NameOf(tokenizers[i]))}</h4><div class=\"sounds\">");
                foreach (var sound in examples[i][number].Sounds.Skip(1))
                    TokenizerPage.Sound(page, captions[i], sound, loudest);
                page.Append("</div>");
            }
        }
        page.Append("</section>\n");
    }
}
