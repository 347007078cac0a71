using System.Text;
using System.Text.Json;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Tests.Labels;

public class LabelDictionaryTests
{
    [Fact, Trait("Part", "golden")]
    public void Classes_are_those_of_the_reference()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("labels", "dictionary.json")));
        var dictionary = LabelDictionary.Read(Fixtures.At("labels", "dict.km.txt"));
        Assert.Equal(json.RootElement.GetProperty("length").GetInt32(), dictionary.Count);
        Assert.Equal(json.RootElement.GetProperty("symbols").EnumerateArray().Select(s => s.GetString()), dictionary.Symbols);
        foreach (var entry in json.RootElement.GetProperty("index").EnumerateObject())
            Assert.Equal(entry.Value.GetInt32(), dictionary.IndexOf(entry.Name));
        Assert.Equal(LabelDictionary.Unk, json.RootElement.GetProperty("unk").GetInt32());
        Assert.Equal(LabelDictionary.Pad, json.RootElement.GetProperty("pad").GetInt32());
    }

    [Fact]
    public void Overwritten_symbols_get_a_new_class_and_survive_writing()
    {
        using var folder = new TemporaryFolder();
        var dictionary = LabelDictionary.Read(folder.Write("dict.km.txt",
            "a 3\nb b 2\n</s> 1 #fairseq:overwrite\na 9 #fairseq:overwrite\n"));
        Assert.Equal((8, 7, 5, 6, 3),
            (dictionary.Count, dictionary.IndexOf("a"), dictionary.IndexOf("b b"), dictionary.IndexOf("</s>"), dictionary.IndexOf("c")));
        dictionary.Write(folder.At("again.txt"));
        var again = LabelDictionary.Read(folder.At("again.txt"));
        Assert.Equal(dictionary.Symbols, again.Symbols);
        Assert.Equal((7, 6), (again.IndexOf("a"), again.IndexOf("</s>")));
    }

    [Theory]
    [InlineData("0 1\n1\n", "FILE:2: malformed line (expected symbol count [#fairseq:overwrite], found '1'); mend the line")]
    [InlineData("0 1\n\n", "FILE:2: malformed line (expected symbol count [#fairseq:overwrite], found ''); mend the line")]
    [InlineData("0 x\n", "FILE:1: malformed line (expected symbol count [#fairseq:overwrite], found '0 x'); mend the line")]
    [InlineData("0 1\n1 1\n0 2\n",
        "FILE:3: symbol '0' for the second time (expected each symbol once, found the first in line 1); remove one, "
        + "or mark the second '#fairseq:overwrite'")]
    [InlineData("<pad> 1\n",
        "FILE:1: symbol '<pad>' for the second time (expected each symbol once, found one of the four special symbols); remove one, "
        + "or mark the second '#fairseq:overwrite'")]
    public void Malformed_lines_are_named(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("dict.km.txt", text);
        Assert.Equal(expected,
            Assert.Throws<UserException>(() => LabelDictionary.Read(path)).Message.Replace(path, "FILE", StringComparison.Ordinal));
    }

    [Fact]
    public void Any_bytes_give_a_dictionary_or_a_one_line_error()
    {
        using var folder = new TemporaryFolder();
        Gen.OneOf<byte[]>(Gen.Byte.Array[0, 200], Gen.OneOf("0 1\n", "1 2", "\n", " ", "#fairseq:overwrite", "a", "\r\n", "-3",
            "99999999999999999999", "<s>", "\0").Array[0, 20].Select(p => Encoding.UTF8.GetBytes(string.Concat(p))))
            .Sample(bytes => NoCrash(folder, bytes, p => LabelDictionary.Read(p)), iter: 1000);
    }

    internal static void NoCrash(TemporaryFolder folder, byte[] bytes, Action<string> read)
    {
        var path = folder.At($"{Guid.NewGuid():N}");
        File.WriteAllBytes(path, bytes);
        try
        {
            read(path);
        }
        catch (UserException e)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
        File.Delete(path);
    }
}
