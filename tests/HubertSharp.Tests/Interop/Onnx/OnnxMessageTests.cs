using System.Globalization;
using HubertSharp.Interop.Onnx;

namespace HubertSharp.Tests.Interop.Onnx;

/// <summary>Messages byte for byte as the protobuf encoding has them, and a graph that says each thing once.</summary>
public sealed class OnnxMessageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(150L, "08 96 01")] // the example of the encoding's own page
    [InlineData(0L, "08 00")]
    [InlineData(-1L, "08 FF FF FF FF FF FF FF FF FF 01")]
    public void Whole_numbers_take_seven_bits_a_byte(long value, string bytes) => Assert.Equal(bytes, Hex(new OnnxMessage().Add(1, value)));

    [Fact]
    public void Texts_numbers_and_messages_carry_their_lengths()
    {
        Assert.Equal("12 07 74 65 73 74 69 6E 67", Hex(new OnnxMessage().Add(2, "testing")));
        Assert.Equal("1A 03 08 96 01", Hex(new OnnxMessage().Add(3, new OnnxMessage().Add(1, 150))));
        Assert.Equal("15 00 00 80 3F", Hex(new OnnxMessage().Add(2, 1f)));
        Assert.Equal("4A 02 01 02", Hex(new OnnxMessage().Add(9, new byte[] { 1, 2 })));
        Assert.Equal("82 01 00", Hex(new OnnxMessage().Add(16, ""))); // a field above 15 has two bytes
        Assert.Equal(9, new OnnxMessage().Add(2, "testing").Length);
    }

    [Fact]
    public void An_attribute_of_another_kind_is_a_bug_that_is_named() =>
        Assert.Contains("axis", Assert.Throws<ArgumentException>(() => OnnxProto.Node("Op", [], ["y"], [("axis", 1)])).Message);

    [Fact]
    public void A_constant_is_written_once_and_names_are_never_given_twice()
    {
        var graph = new OnnxGraph();
        Assert.Equal(graph.Integers(1, 2), graph.Integers(1, 2));
        Assert.NotEqual(graph.Integers(1), graph.Integer(1));
        Assert.NotEqual(graph.Node("Relu", ["x"]), graph.Node("Relu", ["x"]));
        graph.Write(_folder.At("a.onnx"), "a.onnx.data", OnnxGraph.MostInlineBytes);
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder.At("a.onnx")));
        Assert.Equal(2, text.Split("i1_2").Length);
        Assert.False(File.Exists(_folder.At("a.onnx.data")));
    }

    [Fact]
    public void Weights_too_large_for_a_message_lie_beside_it_at_the_places_that_it_names()
    {
        var graph = new OnnxGraph();
        graph.Weight("small", [2], [1f, 2f]);
        graph.Weight("first", [300], [.. Enumerable.Range(0, 300).Select(i => (float)i)]);
        graph.Weight("second", [300], [.. Enumerable.Range(0, 300).Select(i => -(float)i)]);
        graph.Write(_folder.At("a.onnx"), "a.onnx.data", mostInlineBytes: 1000);
        var data = File.ReadAllBytes(_folder.At("a.onnx.data"));
        Assert.Equal(4096 + 1200, data.Length);
        Assert.Equal(-299f, BitConverter.ToSingle(data, 4096 + (299 * 4)));
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder.At("a.onnx")));
        Assert.Contains("a.onnx.data", text, StringComparison.Ordinal);
        Assert.Contains(4096.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Hex(OnnxMessage message)
    {
        using var bytes = new MemoryStream();
        message.WriteTo(bytes);
        return Convert.ToHexString(bytes.ToArray()).Chunk(2).Aggregate("", (all, pair) => $"{all} {new string(pair)}").Trim();
    }
}
