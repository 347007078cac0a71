using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;

namespace HubertSharp.Tests.SpeechTokenizer.Codes;

/// <summary>Codes in their three forms, there and back, and what is refused.</summary>
public sealed class CodeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TokenizerConfig _config = TokenizerFixtures.Made().Config; // 3 quantisers of 12 codes, 12 samples a frame

    [Theory]
    [InlineData(nameof(CodeFormat.Npy))]
    [InlineData(nameof(CodeFormat.Json))]
    [InlineData(nameof(CodeFormat.Packed))]
    public void Codes_come_back(string format)
    {
        var kind = Enum.Parse<CodeFormat>(format);
        var codes = Codes(new QuantizerRange(2, 3), frames: 7, samples: 80);
        var path = _folder.At("a" + CodeFile.Ending(kind));
        CodeFile.Write(path, codes, kind);
        var read = CodeFile.Read(path, _config, kind == CodeFormat.Npy ? "2-3" : null);
        Assert.Equal(codes.Range, read.Range);
        Assert.Equal(codes.Get(0, 7), read.Get(0, 7));
        Assert.Equal(kind == CodeFormat.Npy ? null : 80, read.Samples);
        if (kind != CodeFormat.Npy)
            Assert.Equal(codes[3], CodeFile.Read(path, _config, "3")[3]);
        Assert.Equal(path, CodeFile.Kind(kind).PlaceOf(path));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(1000, 10)]
    [InlineData(1024, 10)]
    [InlineData(65536, 16)]
    public void Packed_codes_take_as_few_bits_as_their_codebook_needs(int size, int bits)
    {
        var codes = new TokenCodes(new QuantizerRange(1, 2), size, 16_000, 320, null, 9);
        codes.Set(0, 9, [.. Enumerable.Range(0, 18).Select(i => (long)(i * 7919 % size))]);
        var path = _folder.At("a.codes");
        CodeFile.Write(path, codes, CodeFormat.Packed);
        Assert.Equal(40 + ((18 * bits) + 7) / 8 + 4, new FileInfo(path).Length);
        Assert.Equal(codes.Get(0, 9), PackedCodes.Read(path).Get(0, 9));
    }

    /// <summary>Byte for byte what docs/tokenizer.md says.</summary>
    [Fact]
    public void The_packed_form_is_the_documented_one()
    {
        var codes = new TokenCodes(new QuantizerRange(2, 3), 1024, 16_000, 320, 500, 2);
        codes.Set(0, 2, [1, 1023, 512, 3]); // frames: (1, 512), (1023, 3)
        var path = _folder.At("a.codes");
        CodeFile.Write(path, codes, CodeFormat.Packed);
        Assert.Equal("4853434F44455331" + "803E0000" + "40010000" + "00040000" + "0200" + "0200" + "0200000000000000" + "F401000000000000"
            + "00600FFC03", Convert.ToHexString(File.ReadAllBytes(path)[..45]));
    }

    [Fact]
    public void Arrays_of_a_batch_of_one_and_of_small_whole_numbers_are_read()
    {
        var path = _folder.At("a.npy");
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, 70, 0, .. "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 3), }       \n"u8];
        File.WriteAllBytes(path, [.. header, 1, 2, 3, 4, 5, 11]);
        Assert.Equal([1, 2, 3, 4, 5, 11], CodeFile.Read(path, _config).Get(0, 3));
        File.WriteAllBytes(path, [.. header, 1, 2, 3, 4, 5, 12]);
        Assert.Contains("a code of quantiser 2 is out of range (expected 0 to 11, found 12 at frame 2)", Fault(path));
    }

    [Fact]
    public void What_is_no_codes_of_this_tokenizer_is_one_line()
    {
        NpyIntegers.Write(_folder.At("many.npy"), new long[8], 4, 2);
        Assert.Contains("more quantisers than the tokenizer has (expected quantisers up to 3, found 1 to 4)",
            Fault(_folder.At("many.npy")));
        NpyIntegers.Write(_folder.At("two.npy"), [1, 2, -1, 0], 2, 2);
        Assert.Contains("found -1 at frame 0", Fault(_folder.At("two.npy")));
        Assert.Contains("more quantisers", Fault(_folder.At("two.npy"), "3"));
        Assert.Contains("--quantizers: no such quantisers (expected FIRST-LAST or a number, from 1 to 3, found '3-4')",
            Fault(_folder.At("two.npy"), "3-4"));
        NpyWriter.Write(_folder.At("real.npy"), [1, 2], 2);
        Assert.Contains("an array of another shape", Fault(_folder.At("real.npy")));
        Assert.Contains("not a file of codes", Fault(_folder.Write("a.txt", "1")));
        Assert.Contains("not a file of codes", Fault(_folder.Write("a.json", "{\"format\": \"hubertsharp.codes.1\"}")));
        Assert.Contains("not a file of codes", Fault(_folder.Write("b.json", "{\"format\": \"hubertsharp.codes.1\", \"sampleRate\": 16000, "
            + "\"hop\": 12, \"samples\": null, \"codebookSize\": 12, \"firstQuantizer\": 1, \"codes\": [[1, 2], [1]]}")));
        Assert.Contains("codes of another tokenizer", Fault(_folder.Write("c.json", "{\"format\": \"hubertsharp.codes.1\", "
            + "\"sampleRate\": 16000, \"hop\": 320, \"samples\": null, \"codebookSize\": 12, \"firstQuantizer\": "
            + "1, \"codes\": [[1, 2]]}")));
        CodeFile.Write(_folder.At("d.codes"), Codes(new QuantizerRange(1, 2), 4, null), CodeFormat.Packed);
        var bytes = File.ReadAllBytes(_folder.At("d.codes"));
        bytes[41] ^= 1;
        File.WriteAllBytes(_folder.At("d.codes"), bytes);
        Assert.Contains("its checksum differs", Fault(_folder.At("d.codes")));
        File.WriteAllBytes(_folder.At("d.codes"), bytes[..^1]);
        Assert.Contains("not a file of codes", Fault(_folder.At("d.codes")));
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Contains("no codes in this folder", Assert.Throws<UserException>(() => CodeFile.Find([_folder.At("empty")])).Message);
    }

    public void Dispose() => _folder.Dispose();

    private string Fault(string path, string? quantizers = null)
    {
        var message = Assert.Throws<UserException>(() => CodeFile.Read(path, _config, quantizers)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private TokenCodes Codes(QuantizerRange range, int frames, long? samples)
    {
        var codes = new TokenCodes(range, _config.CodebookSize, _config.SampleRate, _config.Hop, samples, frames);
        codes.Set(0, frames, [.. Enumerable.Range(0, range.Count * frames).Select(i => (long)(i * 5 % _config.CodebookSize))]);
        return codes;
    }
}
