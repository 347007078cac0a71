using HubertSharp.Cli;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Evaluation.Abx;

/// <summary>What is wrong with items and features is told in one line; items made of an alignment are read back.</summary>
public sealed class AbxRunTests : IDisposable
{
    private const string Header = "#file onset offset #phone prev-phone next-phone speaker\n";

    /// <summary>Two phones by two speakers in one context, within and across.</summary>
    private static readonly string s_items = Header + string.Concat(
        from speaker in new[] { "s1", "s2" }
        from phone in new[] { "A", "B" }
        from i in new[] { 0, 1, 2 }
        let start = (i * 0.2) + (phone == "A" ? 0 : 0.1)
        select FormattableString.Invariant($"{speaker}-u {start:0.00} {start + 0.1:0.00} {phone} k t {speaker}\n"));

    private readonly TemporaryFolder _folder = new();

    public AbxRunTests()
    {
        Directory.CreateDirectory(_folder.At("npy", "deep"));
        var random = new SeededRandom(3);
        foreach (var name in new[] { "s1-u", "deep/s2-u" })
            NpyWriter.Write(_folder.At("npy", $"{name}.npy"), [.. Enumerable.Range(0, 60 * 4).Select(i =>
                (float)random.NextNormal() + (i / 40 % 2 * (i % 4)))], 4);
        _folder.Write("a.item", s_items);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Both_modes_by_default()
    {
        var report = Run();
        Assert.Equal(["within", "across"], report.Features[0].Results.Select(r => r.Mode));
        Assert.Equal((12, 0), (report.Features[0].Items, report.Features[0].ShortItems));
        Assert.All(report.Features[0].Results, r => Assert.Equal((2, 4), (r.Pairs, r.Cells)));
        Assert.Equal([2 * 3 * 2 * 3 * 2, 4 * 3 * 3 * 3], report.Features[0].Results.Select(r => (int)r.Triples));
        Assert.All(report.Features[0].Results, r => Assert.InRange(r.Error.Value, 0, 0.4));
    }

    [Theory]
    [InlineData("", "a.item: no items")]
    [InlineData("s1-u 0.0 0.1 A k t s1\n", "a.item:1: no header of an item file")]
    [InlineData(Header, "a.item: no items")]
    [InlineData(Header + "s1-u 0.0 0.1 A k t\n",
        "a.item:2: malformed item (expected #file onset offset #phone prev-phone next-phone speaker, found 6 columns)")]
    [InlineData(Header + "s1-u 0.1 0.1 A k t s1\n", "a.item:2: bad times of an item")]
    [InlineData(Header + "s1-u zero 0.1 A k t s1\n", "a.item:2: bad times of an item")]
    [InlineData(Header + "s1-u -1 0.1 A k t s1\n", "a.item:2: bad times of an item")]
    [InlineData(Header + "s1-u 0 NaN A k t s1\n", "a.item:2: bad times of an item")]
    [InlineData(Header + "s1-u 0.0 0.1 A k t s1\nnobody 0.0 0.1 A k t s1\n", "a.item:3: no features of 'nobody'")]
    [InlineData(Header + "s1-u 0.0 0.1 A k t s1\ns1-u 0.6 0.8 A k t s1\n", "a.item:3: an item ends behind its features")]
    [InlineData(Header + "s1-u 0.0 0.001 A k t s1\n", "a.item: no item holds a frame")]
    [InlineData(Header + "s1-u 0.0 0.1 A k t s1\ns1-u 0.2 0.3 A k t s1\n", "a.item: no ABX within speakers")]
    public void Bad_items(string text, string message)
    {
        _folder.Write("a.item", text);
        Assert.StartsWith($"{_folder.At()}/{message}", Fault());
    }

    [Fact]
    public void One_speaker_has_no_ABX_across()
    {
        _folder.Write("a.item",
            string.Concat(s_items.Split('\n').Where(line => !line.EndsWith("s2", StringComparison.Ordinal)).Select(l => l + "\n")));
        var fault = Fault();
        Assert.Contains("no ABX across speakers", fault);
        Assert.EndsWith("found one speaker alone); give --mode within", fault);
        Assert.Equal("within", Assert.Single(Run(new AbxOptions { Across = false }).Features[0].Results).Mode);
    }

    [Fact]
    public void Bad_features()
    {
        var values = Enumerable.Range(0, 60 * 4).Select(i => (float)i).ToArray();
        values[(25 * 4) + 1] = float.NaN;
        NpyWriter.Write(_folder.At("npy", "s1-u.npy"), values, 4);
        Assert.EndsWith("s1-u.npy, frame 25: features that are not finite; dump the features anew", Fault());
        NpyWriter.Write(_folder.At("npy", "s1-u.npy"), new float[60 * 5], 5);
        Assert.Contains("utterances of different width", Fault());
        File.WriteAllText(_folder.At("npy", "s1-u.npy"), "no array");
        Assert.Contains("s1-u.npy", Fault());
        Assert.Contains("the feature rate is not known", Fault(rate: null));
        Assert.Contains("--feature-rate is out of range", Fault(rate: 0));
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Contains("no features in this folder", Fault(features: "empty"));
        Assert.Contains("no such folder", Fault(features: "nowhere"));
    }

    [Fact]
    public async Task The_verb_says_it_in_one_line_and_exits_with_1()
    {
        _folder.Write("a.item", Header + "s1-u 0.0 0.1 A k\n");
        var error = new StringWriter();
        var code = await CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(),
            ["abx", _folder.At("npy"), _folder.At("a.item"), "--feature-rate", "100"], error);
        Assert.Equal(CommandHost.UserFault, code);
        Assert.Equal(1, error.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public void Items_of_an_alignment_are_read_back()
    {
        _folder.Write("ref.tsv", "utt\tspeaker\tsamples\tphones\nx/u1.wav\ts1\t16000\tk:0:1600 a1:1600:4000 t:4000:6400 i:8000:9600\n");
        var written = AbxItems.Write(new AbxItemsOptions { ReferencePath = _folder.At("ref.tsv"), OutputPath = _folder.At("out.item") });
        Assert.Equal((1, 1), written);
        var item = Assert.Single(ItemFile.Read(_folder.At("out.item")));
        Assert.Equal(new AbxItem("x/u1", 0, 0.4, "a", "k", "t", "s1", 2), item);
        AbxItems.Write(new AbxItemsOptions
        {
            ReferencePath = _folder.At("ref.tsv"),
            OutputPath = _folder.At("out.item"),
            Context = ItemContext.None,
            RemoveDigits = false,
        });
        Assert.Equal(["k", "a1", "t", "i"], ItemFile.Read(_folder.At("out.item")).Select(i => i.Phone));
        Assert.Contains("a name that cannot stand in an item file",
            Assert.Throws<UserException>(() => ItemFile.Write(_folder.At("out.item"),
                ItemMaker.Make([new AlignedUtterance("a b.wav", null, 100, [new("x", 0, 50)])], ItemContext.None, false))).Message);
    }

    private AbxReport Run(AbxOptions? options = null, double? rate = 100, string features = "npy") => AbxRun.Run(new AbxRunOptions
    {
        Features = new AbxFeatures(_folder.At(features), rate),
        ItemsPath = _folder.At("a.item"),
        Abx = options ?? new AbxOptions(),
    }, null, TestContext.Current.CancellationToken);

    private string Fault(double? rate = 100, string features = "npy") =>
        Assert.Throws<UserException>(() => Run(null, rate, features)).Message;
}
