using HubertSharp.Runs;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Tests.Transcripts;

/// <summary>Texts in each of their forms become labels, dictionary and rules; what is wrong is named in one line.</summary>
public sealed class TranscriptLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _manifest;

    public TranscriptLabelsTests() => _manifest = _folder.Write("train.tsv", "/audio\nen/a.wav\t16000\nen/b.wav\t16000\n");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train.wrd", "hi you\nso\n")]
    [InlineData("a.trans.txt", "b so\na hi you\nother nothing\n")]
    [InlineData("text", "en/b so\nen/a  hi you\n")]
    [InlineData("text.tsv", "en/a.wav\thi you\nen/b.wav\tso\n")]
    [InlineData("validated.tsv", "client_id\tpath\tsentence\tup\nx\tb.wav\tso\t1\nx\ta.wav\thi you\t2\n")]
    [InlineData("converted.tsv", "path\tsentence\nb.mp3\tso\na.mp3\thi you\n")]
    [InlineData("bom.txt", "\ufeffhi you\nso\n")]
    public void Every_form_of_texts_gives_the_same_labels(string name, string texts)
    {
        var report = Write(_folder.Write(name, texts));
        Assert.Equal(["H I | Y O U |", "S O |"], File.ReadAllLines(_folder.At("out", "train.ltr")));
        Assert.Equal(["<s>", "<pad>", "</s>", "<unk>", "|", "O", "H", "I", "S", "U", "Y"],
            LabelDictionary.Read(_folder.At("out", "dict.ltr.txt")).Symbols);
        Assert.Equal(TextRules.Of(TextUnits.Letters), TextRules.Read(_folder.At("out", "text.ltr.json")));
        Assert.Equal((7, 10), (report.Symbols, report.Splits[0].Symbols));
        Write(_folder.At(name)); // the same again is no fault
    }

    [Theory]
    [InlineData("hi\n", "as many lines as utterances are needed where no line names its utterance")]
    [InlineData("en/a hi\n", "no text for an utterance (expected en/b.wav, found none)")]
    [InlineData("a hi\na ho\nb so\n", "two texts for one utterance")]
    [InlineData("hi\n\n", "an empty text")]
    [InlineData("84-121 hi\n84-122 so\n", "no line names an utterance of the manifest")]
    [InlineData("path\tsentence\nx1.mp3\thi\nx2.mp3\tso\n", "no line names an utterance of the manifest")]
    [InlineData("hi 5\nso\n", ":1: a digit")]
    public void What_cannot_be_labels_is_one_line(string texts, string expected)
    {
        var message = Assert.Throws<UserException>(() => Write(_folder.Write("t.txt", texts))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    [Fact]
    public void Two_manifests_of_one_name_are_refused()
    {
        var other = _folder.Write("part/train.tsv", "/audio\nen/a.wav\t16000\n");
        var splits = new[]
        {
            new TranscriptSplit(_manifest, _folder.Write("t.txt", "hi\nso\n")), new TranscriptSplit(other, _folder.Write("p.txt", "hi\n")),
        };
        Assert.Contains("train.ltr twice", Assert.Throws<UserException>(() => TranscriptLabels.Write(Options(splits))).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    [Fact]
    public void Another_file_in_the_way_stays()
    {
        Directory.CreateDirectory(_folder.At("out"));
        _folder.Write("out/dict.ltr.txt", "mine 1\n");
        var texts = _folder.Write("t.txt", "hi\nso\n");
        Assert.Contains("there is another file already", Assert.Throws<UserException>(() => Write(texts)).Message,
            StringComparison.Ordinal);
        Assert.Equal(["dict.ltr.txt"], Directory.GetFiles(_folder.At("out")).Select(Path.GetFileName));
        Assert.Equal("mine 1\n", File.ReadAllText(_folder.At("out", "dict.ltr.txt")));
    }

    [Fact]
    public void Symbols_that_only_the_valid_split_has_are_told_or_refused()
    {
        var valid = _folder.Write("valid.tsv", "/audio\nc.wav\t16000\n");
        var splits = new[]
        {
            new TranscriptSplit(_manifest, _folder.Write("t.txt", "hi\nso\n")),
            new TranscriptSplit(valid, _folder.Write("v.txt", "quiz\n")),
        };
        Assert.Equal(["Q", "U", "Z"], TranscriptLabels.Write(Options(splits)).Unseen);
        var dictionary = _folder.Write("other.txt", "H 1\nI 1\nS 1\nO 1\n| 1\n");
        var options = Options(splits) with { Dictionary = dictionary, Label = "x" };
        var message = Assert.Throws<UserException>(() => TranscriptLabels.Write(options)).Message;
        Assert.Contains("v.txt:1: a symbol that the dictionary does not have", message, StringComparison.Ordinal);
    }

    private TranscriptLabelReport Write(string texts) => TranscriptLabels.Write(Options([new TranscriptSplit(_manifest, texts)]));

    private TranscriptLabelOptions Options(TranscriptSplit[] splits) =>
        new() { Splits = splits, Rules = TextRules.Of(TextUnits.Letters), Out = _folder.At("out") };
}
