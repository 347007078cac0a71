using HubertSharp.Runs;

namespace HubertSharp.Corpora.Espeak;

/// <summary>
/// Sentences from a list of templates and of words for their gaps. The file: <c>[name]</c> begins a list, <c>[sentence]</c> the
/// templates; <c>{name}</c> stands for a word of that list; what follows <c>#</c> is for the reader.
/// </summary>
internal sealed class SentenceGrammar
{
    private const string Templates = "sentence";
    private readonly Dictionary<string, List<string>> _lists = new(StringComparer.Ordinal);

    private SentenceGrammar()
    {
    }

    /// <summary>The sentences of one language that come with the program.</summary>
    public static SentenceGrammar For(string language)
    {
        using var stream = typeof(SentenceGrammar).Assembly.GetManifestResourceStream($"sentences/{language}.txt")
            ?? throw new InvalidOperationException($"no sentences for {language}");
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }

    public static SentenceGrammar Parse(TextReader reader)
    {
        var grammar = new SentenceGrammar();
        List<string>? list = null;
        while (reader.ReadLine() is { } line)
        {
            var text = line.Split('#')[0].Trim();
            if (text.StartsWith('['))
                grammar._lists[text.Trim('[', ']')] = list = [];
            else if (text.Length > 0)
                (list ?? throw new FormatException($"'{text}' stands before the first list")).Add(text);
        }
        return grammar;
    }

    /// <summary>One sentence.</summary>
    public string Next(SeededRandom random) => Fill(random.Choose(_lists[Templates]), random);

    private string Fill(string template, SeededRandom random)
    {
        for (int open; (open = template.IndexOf('{', StringComparison.Ordinal)) >= 0;)
        {
            var close = template.IndexOf('}', open);
            var word = random.Choose(_lists[template[(open + 1)..close]]);
            template = template[..open] + word + template[(close + 1)..];
        }
        return template;
    }
}
