using System.Text;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Evaluation.Alignments;

public sealed class AlignmentFormatsTests : IDisposable
{
    private const string LongGrid = """"
        File type = "ooTextFile"
        Object class = "TextGrid"

        xmin = 0
        xmax = 1.0
        tiers? <exists>
        size = 2
        item []:
            item [1]:
                class = "IntervalTier"
                name = "words"
                xmin = 0
                xmax = 1.0
                intervals: size = 1
                intervals [1]:
                    xmin = 0
                    xmax = 1.0
                    text = "a ""b"""
            item [2]:
                class = "IntervalTier"
                name = "phones"
                xmin = 0
                xmax = 1.0
                intervals: size = 3
                intervals [1]:
                    xmin = 0
                    xmax = 0.25
                    text = "AA1"
                intervals [2]:
                    xmin = 0.25
                    xmax = 0.5
                    text = ""
                intervals [3]:
                    xmin = 0.5
                    xmax = 1.0
                    text = "B"
        """";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TextGrids_give_their_finest_tier(bool utf16)
    {
        File.WriteAllText(_folder.At("a.TextGrid"), LongGrid, utf16 ? Encoding.Unicode : new UTF8Encoding(false));
        var read = Assert.Single(AlignmentFormats.Read(_folder.At("a.TextGrid")));
        Assert.Equal(("a", 16000), (read.Name, read.LengthSamples));
        Assert.Equal([new("AA1", 0, 4000), new("B", 8000, 16000)], read.Segments);
    }

    [Fact]
    public void The_short_form_and_folders_of_speakers_are_read()
    {
        _folder.Write("g/anna/x.TextGrid",
            "File type = \"ooTextFile short\"\n\"TextGrid\"\n\n0\n1\n<exists>\n1\n\"IntervalTier\"\n\"tones\"\n0\n1\n1\n0\n1\n\"ma\"\n");
        _folder.Write("g/ben/y.PHN", "0 3050 h#\n3050 4559 sh\n4559 5723 ix\n");
        _folder.Write("g/ben/y.txt", "0 5723 She had\n");
        var read = AlignmentFormats.Read(_folder.At("g"));
        Assert.Equal(["anna/x", "ben/y"], read.Select(u => u.Name));
        Assert.Equal(["anna", "ben"], read.Select(u => u.Speaker));
        Assert.Equal([new("sh", 3050, 4559), new("ix", 4559, 5723)], read[1].Segments);
    }

    [Fact]
    public void Ctm_and_librispeech_are_read()
    {
        var ctm = AlignmentFormats.Read(_folder.Write("all.ctm",
            ";; comment\n84-1-2 1 0.00 0.25 AA1\n84-1-2 1 0.25 0.05 SIL\n85-1-1 A 0.1 0.1 B 0.9\n"));
        Assert.Equal(["84-1-2", "85-1-1"], ctm.Select(u => u.Name));
        Assert.Equal(["84", "85"], ctm.Select(u => u.Speaker));
        Assert.Equal([new("AA1", 0, 4000)], ctm[0].Segments);
        Assert.Equal([new("B", 1600, 3200)], ctm[1].Segments);
        var libri = Assert.Single(AlignmentFormats.Read(
            _folder.Write("84-121123.alignment.txt", "84-121123-0000 \",GO,,DO,\" \"0.5,0.75,1.0,1.25,1.5\"\n")));
        Assert.Equal(("84-121123-0000", "84", 24000), (libri.Name, libri.Speaker, libri.LengthSamples));
        Assert.Equal([new("GO", 8000, 12000), new("DO", 16000, 20000)], libri.Segments);
    }

    [Theory]
    [InlineData("a.ctm", "u 1 0.0 zero A\n", "a.ctm:1: malformed alignment (expected utterance channel start length label")]
    [InlineData("a.ctm", "u 1 0.0 0.5 A\nu 1 0.1 0.5 B\n", "a.ctm:2: segments out of order")]
    [InlineData("a.txt", "u \"A,B\" \"0.5\"\n", "a.txt:1: malformed alignment")]
    [InlineData("a.TextGrid", "File type = \"ooTextFile\"\n\"TextGrid\" 0 1 <exists> 1 \"IntervalTier\" \"x\" 0 1 2 0 1",
        "a text in quotes")]
    [InlineData("a.TextGrid",
        "\"ooTextFile\"\n\"TextGrid\" 0 1 <exists> 2 \"IntervalTier\" \"x\" 0 1 0 \"IntervalTier\" \"y\" 0 1 0", "'x', 'y'")]
    [InlineData("a.txt", "1 2 3\n", "not an alignment")]
    public void What_is_malformed_is_named(string name, string text, string expected) => Assert.Contains(expected,
        Assert.Throws<UserException>(() => AlignmentFormats.Read(_folder.Write(name, text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Numbers_of_clusters_are_no_ctm() =>
        Assert.Null(AlignmentFormats.TryRead(_folder.Write("a.km", "5 6 7 8 9 9\n5 6 7 8 9\n")));
}
