using System.Text;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.LineIndexes;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.LineIndexes;

/// <summary>
/// A large manifest or label file, read by its index, is what it would be without one, whatever lies in the index's place.
/// </summary>
public sealed class LineIndexTests : IDisposable
{
    private const string Text = "/root\na.wav\t16000\tzh\nb/c.flac\t320\nd.wav\t7\ten\n";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Any_bytes_give_the_manifest_that_they_give_without_an_index() =>
        Gen.OneOf("/root\n", "a.wav\t100\n", "b c.wav\t7\tzh\r\n", "\t", "\n", "-1", "+5", " 6", "007", "99999999999999999999",
            "zh", "\r", "\0",
            "../x", "一\t2\n", "\ufeff").Array[0, 12].Select(p => Encoding.UTF8.GetBytes("/r\na\t1\n" + string.Concat(p)))
            .Sample(bytes =>
            {
                var path = _folder.At($"{Guid.NewGuid():N}.tsv");
                File.WriteAllBytes(path, bytes);
                var (plain, indexed) = (Read(path, withIndex: false), Read(path, withIndex: true));
                Assert.Equal(plain, indexed);
                Assert.Equal(plain, Read(path, withIndex: true)); // by the index that is there
            }, iter: 300, threads: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_line_that_is_too_long_is_named(bool withIndex) => Assert.Contains(
        "/a.tsv:3: a line is too long (expected text with lines of at most",
        Read(_folder.Write("a.tsv", "/root\na.wav\t16000\n" + new string('b', Manifest.MaximumLineBytes) + "\t320\n"), withIndex),
        StringComparison.Ordinal);

    [Fact]
    public void An_index_is_made_once_and_anew_when_its_text_changes()
    {
        LineIndexMaker.InTests.Value = _folder.At("cache");
        var path = _folder.Write("a.tsv", Text);
        var manifest = Manifest.Read(path);
        Assert.Equal([new ManifestEntry("a.wav", 16000, "zh"), new ManifestEntry("b/c.flac", 320), new ManifestEntry("d.wav", 7, "en")],
            manifest.Entries);
        Assert.Equal((320, "/root/b/c.flac"), (manifest.Samples(1), manifest.FullPath(1)));
        var made = File.GetLastWriteTimeUtc(path + ".lines");
        Assert.Equal(3, Manifest.Read(path).Entries.Count);
        Assert.Equal(made, File.GetLastWriteTimeUtc(path + ".lines"));

        var time = File.GetLastWriteTimeUtc(path); // the same size and time: as an editor of other people's files leaves it
        File.WriteAllText(path, Text.Replace("16000", "15999", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(15999, Manifest.Read(path).Samples(0));
        Assert.Equal(Text.Replace("16000", "15999", StringComparison.Ordinal), Manifest.Read(path).Text().Replace("320\t\n", "320\n",
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_index_is_made_anew()
    {
        LineIndexMaker.InTests.Value = _folder.At("cache");
        var path = _folder.Write("a.tsv", Text);
        Manifest.Read(path);
        var whole = File.ReadAllBytes(path + ".lines");
        for (var at = 8; at < whole.Length; at += 11)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x40;
            File.WriteAllBytes(path + ".lines", bytes);
            Assert.Equal(16000 + 320 + 7, Manifest.Read(path).Entries.Sum(e => e.LengthSamples));
        }
        for (var length = 8; length < whole.Length; length += 17)
        {
            File.WriteAllBytes(path + ".lines", whole[..length]);
            Assert.Equal(3, Manifest.Read(path).Entries.Count);
        }
    }

    /// <summary>Its hashes are right, and what it says is not: nothing is read that is not in the text, and nothing is believed.</summary>
    [Theory]
    [InlineData(6, 16000L, 20, 320L, 27, 7L)] // not where lines begin
    [InlineData(6, 15999L, 21, 320L, 34, 7L)] // other lengths
    [InlineData(6, 16000L, 21, 320L, 1 << 30, 7L)] // behind the end
    [InlineData(34, 16000L, 21, 320L, 6, 7L)] // backwards
    [InlineData(-5, 16000L, 21, 320L, 34, 7L)]
    public void A_lying_index_is_not_believed(int first, long samples, int second, long more, int third, long last)
    {
        LineIndexMaker.InTests.Value = _folder.At("cache");
        var path = _folder.Write("a.tsv", Text);
        Manifest.Read(path);
        var head = LineIndexHead.Of(File.ReadAllBytes(path + ".lines"))!;
        using (var stream = File.Create(path + ".lines"))
        using (var writer = new LineIndexWriter(stream, LineIndexKind.Manifest))
        {
            writer.Add(first, samples);
            writer.Add(second, more);
            writer.Add(third, last);
            writer.Finish(Text.Length, head.Stamp, head.Made, head.TextHash, head.SampleHash);
        }
        try
        {
            var manifest = Manifest.Read(path);
            (string, long)[] entries = [.. manifest.Entries.Select(e => (e.RelativePath, e.LengthSamples))];
            Assert.Equal([("a.wav", 16000), ("b/c.flac", 320), ("d.wav", 7)], entries);
            Assert.Equal(16000, manifest.Samples(0));
        }
        catch (UserException e)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    [Fact]
    public void What_lies_in_its_place_stays_and_the_cache_has_the_index()
    {
        LineIndexMaker.InTests.Value = _folder.At("cache");
        var path = _folder.Write("a.tsv", Text);
        _folder.Write("a.tsv.lines", "somebody's");
        Assert.Equal(3, Manifest.Read(path).Entries.Count);
        Assert.Equal("somebody's", File.ReadAllText(path + ".lines"));
        Assert.Single(Directory.GetFiles(_folder.At("cache"), "*.lines"));
        LineIndexMaker.InTests.Value = "/proc/none"; // no place at all
        Assert.Equal(3, Manifest.Read(path).Entries.Count);
    }

    [Fact]
    public async Task Many_at_once_find_the_same()
    {
        LineIndexMaker.InTests.Value = _folder.At("cache");
        var path = _folder.Write("a.tsv", "/root\n" + string.Concat(Enumerable.Range(1, 5000).Select(i => $"{i}.wav\t{i}\n")));
        var sums = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var manifest = Manifest.Read(path);
            return Enumerable.Range(0, 5000).Reverse().Sum(i => manifest.Entries[i].LengthSamples)
                - manifest.Entries.Sum(e => e.LengthSamples);
        })));
        Assert.All(sums, sum => Assert.Equal(0, sum));
    }

    [Fact]
    public void Labels_are_those_of_the_file()
    {
        var ten = LabelDictionary.OfClusters([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        Gen.OneOf("1 2\n", "3\r\n", "\n", "7", " ", "\ufeff", "x\n").Array[1, 10].Sample(parts =>
        {
            var path = _folder.At($"{Guid.NewGuid():N}.km");
            File.WriteAllText(path, string.Concat(parts));
            string[] Lines(bool withIndex)
            {
                LineIndexMaker.InTests.Value = withIndex ? _folder.At("cache") : null;
                try
                {
                    using var file = LabelFile.Open(path);
                    Assert.Equal(withIndex, file.IsIndexed);
                    Assert.Equal(FileFingerprint.WholeOf(path), file.Hash());
                    return [.. Enumerable.Range(0, file.Count).Select(i => $"{file.ReadLine(i)}|{string.Join(' ', file.Read(i, ten))}")];
                }
                catch (UserException e)
                {
                    return [e.Message];
                }
            }
            Assert.Equal(Lines(withIndex: false), Lines(withIndex: true));
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void A_label_check_is_remembered_until_something_changes()
    {
        LineIndexMaker.InTests.Value = _folder.At("cache");
        LabelReport Check(string labels)
        {
            var options = new LabelCheckOptions
            {
                Splits = [new("train", _folder.Write("a.tsv", "/root\na.wav\t16000\nb.wav\t16000\n"), _folder.Write("a.km", labels))],
                DictionaryPath = _folder.Write("dict.km.txt", "0 1\n1 1\n"),
                LabelRate = 2,
            };
            return LabelCheck.Run(options);
        }
        var first = Check("0 1\n1 1\n");
        var kept = Assert.Single(Directory.GetFiles(_folder.At("cache"), "*.json"));
        File.WriteAllText(kept, File.ReadAllText(kept).Replace("\"Labels\":4", "\"Labels\":5", StringComparison.Ordinal));
        var second = Check("0 1\n1 1\n");
        Assert.Equal((4, 5), (first.Splits[0].Labels, second.Splits[0].Labels)); // it was read, and not found anew
        Assert.Equal(first.Findings, second.Findings);
        Assert.Equal(first.Splits[0].Histogram, second.Splits[0].Histogram);
        Assert.Equal(3, Check("0 1\n1\n").Splits[0].Labels);
        File.WriteAllText(kept, "{\"Splits\":null}");
        Assert.Equal(4, Check("0 1\n1 1\n").Splits[0].Labels);
    }

    public void Dispose() => _folder.Dispose();

    private string Read(string path, bool withIndex)
    {
        LineIndexMaker.InTests.Value = withIndex ? _folder.At("cache") : null;
        try
        {
            var manifest = Manifest.Read(path);
            var samples = Enumerable.Range(0, manifest.Entries.Count).Sum(manifest.Samples);
            return $"{manifest.Text()}\n{manifest.HashOfUtterances()} {samples} {manifest.Entries[manifest.Entries.Count - 1]}";
        }
        catch (UserException e)
        {
            return e.Message;
        }
    }
}
