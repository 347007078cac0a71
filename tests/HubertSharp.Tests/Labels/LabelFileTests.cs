using System.Text;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Labels;

public class LabelFileTests
{
    private static readonly LabelDictionary Ten = LabelDictionary.OfClusters([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);

    [Theory]
    [InlineData("0 1 2\n3\n", 2)]
    [InlineData("0 1 2\n3", 2)]
    [InlineData("0 1 2\r\n3\r\n", 2)]
    [InlineData("\n3\n", 2)]
    public void Lines_are_found_with_any_ending(string text, int count)
    {
        using var folder = new TemporaryFolder();
        using var file = LabelFile.Open(folder.Write("train.km", text));
        Assert.Equal(count, file.Count);
        Assert.Equal("3", file.ReadLine(count - 1));
        Assert.Equal([7], file.Read(count - 1, Ten));
    }

    /// <summary>Editors of other systems put it before the text; it is no part of the first label.</summary>
    [Fact]
    public void A_byte_order_mark_is_no_label()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("train.km"), [0xef, 0xbb, 0xbf, .. "3 1\r\n2\r\n"u8]);
        using var file = LabelFile.Open(folder.At("train.km"));
        Assert.Equal(["3 1", "2"], [file.ReadLine(0), file.ReadLine(1)]);
        Assert.Equal([7, 5], file.Read(0, Ten));
        Assert.Equal([6], file.Read(1, Ten));
        using var lines = LabelFile.Lines(folder.At("train.km"));
        Assert.True(lines.MoveNext());
        Assert.Equal((3, "3 1\r"), (lines.Offset, Encoding.UTF8.GetString(lines.Current)));

        File.WriteAllBytes(folder.At("joined.km"), [.. "3 1\n"u8, 0xef, 0xbb, 0xbf, .. "2\n"u8]);
        using var joined = LabelFile.Open(folder.At("joined.km"));
        Assert.Equal([6], joined.Read(1, Ten));
        File.WriteAllBytes(folder.At("empty.km"), [0xef, 0xbb, 0xbf]);
        Assert.Contains("is empty", Assert.Throws<UserException>(() => LabelFile.Open(folder.At("empty.km"))).Message);
        File.WriteAllText(folder.At("wide.km"), "3 1\n", Encoding.Unicode);
        Assert.Contains("UTF-16", Assert.Throws<UserException>(() => LabelFile.Open(folder.At("wide.km"))).Message);
    }

    [Fact]
    public void Classes_equal_a_split_of_the_line()
    {
        using var folder = new TemporaryFolder();
        Gen.Int[0, 12].Array[0, 50].Array[1, 20].Sample(lines =>
        {
            var path = folder.At($"{Guid.NewGuid():N}.km");
            File.WriteAllLines(path, lines.Select(l => string.Join(' ', l)));
            using (var file = LabelFile.Open(path))
            {
                for (var i = lines.Length - 1; i >= 0; i--)
                    Assert.Equal(lines[i].Select(k => k < 10 ? k + 4 : LabelDictionary.Unk), file.Read(i, Ten));
            }
            File.Delete(path);
        }, iter: 200);
    }

    [Fact]
    public void Lines_longer_than_the_buffer_come_whole()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var expected = Enumerable.Range(0, 200).Select(_ => new string('7', random.Next(0, 90))).ToList();
        var path = folder.Write("x.km", string.Concat(expected.Select(l => l + "\n")));
        using var lines = new ByteLines(path, 100, bufferBytes: 16);
        var found = new List<string>();
        long offset = 0;
        while (lines.MoveNext())
        {
            Assert.Equal((offset, found.Count + 1), (lines.Offset, (int)lines.Number));
            found.Add(Encoding.UTF8.GetString(lines.Current));
            offset += found[^1].Length + 1;
        }
        Assert.Equal(expected, found);
    }

    [Fact]
    public void A_line_beyond_the_maximum_is_refused_before_it_is_held()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.km", "1 2\n" + new string('7', 5000));
        using var lines = new ByteLines(path, 100, bufferBytes: 16);
        Assert.True(lines.MoveNext());
        Assert.Equal($"{path}:2: line too long (expected at most 100 bytes, found more); check that it is the right file",
            Assert.Throws<UserException>(() => lines.MoveNext()).Message);
    }

    [Fact]
    public void Missing_and_empty_files_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith($"{folder.At("a.km")}: no such label file",
            Assert.Throws<UserException>(() => LabelFile.Open(folder.At("a.km"))).Message, StringComparison.Ordinal);
        Action[] reads = [() => LabelFile.Open(folder.At("no", "a.km")), () => LabelDictionary.Read(folder.At("no", "dict.km.txt"))];
        foreach (var read in reads)
            Assert.StartsWith($"{folder.At("no")}: no such folder of labels", Assert.Throws<UserException>(read).Message,
                StringComparison.Ordinal);
        Action[] ofText = [() => LabelFile.OpenOfText(folder.At("a.ltr")), () => LabelDictionary.ReadOfText(folder.At("dict.ltr.txt"))];
        foreach (var read in ofText)
            Assert.Contains("'hubert labels text'", Assert.Throws<UserException>(read).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{folder.At("e.txt")}: the dictionary has no symbols",
            Assert.Throws<UserException>(() => LabelDictionary.ReadOfText(folder.Write("e.txt", ""))).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{folder.FullName}: this is a folder, not a dictionary",
            Assert.Throws<UserException>(() => LabelDictionary.Read(folder.FullName)).Message, StringComparison.Ordinal);
        var empty = folder.Write("b.km", "");
        Assert.StartsWith($"{empty}: the label file is empty", Assert.Throws<UserException>(() => LabelFile.Open(empty)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_give_labels_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        Gen.Byte.Array[0, 300].Sample(bytes => LabelDictionaryTests.NoCrash(folder, bytes, path =>
        {
            using var file = LabelFile.Open(path);
            for (var i = 0; i < file.Count; i++)
                Assert.All(file.Read(i, Ten), c => Assert.InRange(c, 0, 13));
        }), iter: 500);
    }

    [Fact]
    public void Any_bytes_give_a_manifest_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        Gen.OneOf<byte[]>(Gen.Byte.Array[0, 200], Gen.OneOf("/root\n", "a.wav\t100\n", "\t", "\n", "-1", "99999999999999999999", "zh", "\r",
            "\0", "../x").Array[0, 20].Select(p => Encoding.UTF8.GetBytes(string.Concat(p))))
            .Sample(bytes => LabelDictionaryTests.NoCrash(folder, bytes, p => Manifest.Read(p)), iter: 1000);
    }
}
