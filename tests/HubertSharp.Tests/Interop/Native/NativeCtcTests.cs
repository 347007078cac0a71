using HubertSharp.Interop.Native;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Interop.Native;

/// <summary>The CTC output layer beside a checkpoint of ours.</summary>
public sealed class NativeCtcTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_head_comes_back_as_it_was()
    {
        var head = Head(["<pad>", "|", "字", "\"quoted\""], blank: 2);
        NativeCtc.Write(_folder.FullName, head);
        var read = NativeCtc.Read(_folder.FullName)!;
        Assert.Equal(head.Tokens, read.Tokens);
        Assert.Equal(head.Blank, read.Blank);
        Assert.Equal(head.Weight.ToSingles(), read.Weight.ToSingles());
        Assert.Equal(head.Bias.ToSingles(), read.Bias.ToSingles());
    }

    [Fact]
    public void A_checkpoint_without_one_has_none() => Assert.Null(NativeCtc.Read(_folder.FullName));

    [Theory]
    [InlineData("[\"<pad>\",\"a\"]", "0")] // a token too few
    [InlineData("[\"<pad>\",\"a\",\"b\"]", "3")]
    [InlineData("[\"<pad>\",\"a\",\"b\"]", "-1")]
    [InlineData("[\"<pad>\",\"a\",\"b\"]", "first")]
    [InlineData("null", "0")]
    [InlineData("{", "0")]
    [InlineData(null, "0")]
    [InlineData("[\"<pad>\",\"a\",\"b\"]", null)]
    public void What_does_not_belong_together_is_refused_by_name(string? tokens, string? blank)
    {
        var head = Head(["<pad>", "a", "b"], 0);
        var metadata = new Dictionary<string, string?> { ["tokens"] = tokens, ["blank"] = blank }
            .Where(m => m.Value is not null).ToDictionary(m => m.Key, m => m.Value!);
        SafetensorsFile.Write(_folder.At(NativeCtc.FileName), [head.Weight, head.Bias], metadata);
        Assert.Contains(NativeCtc.FileName, Assert.Throws<UserException>(() => NativeCtc.Read(_folder.FullName)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static CtcHead Head(string[] tokens, int blank) => new(
        SafetensorsTensor.Create("weight", [tokens.Length, 2], [.. Enumerable.Range(0, 2 * tokens.Length).Select(i => i / 4f)]),
        SafetensorsTensor.Create("bias", [tokens.Length], [.. tokens.Select(t => (float)t.Length)]), tokens, blank);
}
