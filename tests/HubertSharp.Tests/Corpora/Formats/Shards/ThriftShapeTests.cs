using HubertSharp.Corpora.Formats.Shards;

namespace HubertSharp.Tests.Corpora.Formats.Shards;

public class ThriftShapeTests
{
    [Theory]
    [InlineData("00")] // nothing but the stop
    [InlineData("15 02 00")] // field 1: a number
    [InlineData("11 12 00")] // two Booleans, which are in their types
    [InlineData("18 03 61 62 63 00")] // three bytes
    [InlineData("19 25 02 04 00")] // a list of two numbers
    [InlineData("1c 15 02 00 00")] // a structure in the structure
    [InlineData("1b 01 85 03 61 62 63 02 00")] // a map of bytes to a number
    [InlineData("05 80 01 02 00")] // field 64 by its whole id
    public void Whole(string bytes) => Assert.True(ThriftShape.IsWhole(Bytes(bytes)));

    [Theory]
    [InlineData("")]
    [InlineData("15 02")] // no stop
    [InlineData("15 80 80")] // a number without its end
    [InlineData("15 ff ff ff ff ff ff ff ff ff ff 01 00")] // of more than 64 bits
    [InlineData("18 04 61 62 63")]
    [InlineData("18 ff ff ff ff 0f 61 00")] // longer than there is
    [InlineData("19 f5 ff ff ff ff 0f 02 00")] // a list of four thousand million numbers
    [InlineData("17 00 00 00 00")]
    [InlineData("1d 00")] // no such type
    [InlineData("ff ff ff ff")]
    public void Broken(string bytes) => Assert.False(ThriftShape.IsWhole(Bytes(bytes)));

    [Fact]
    public void Structures_in_structures_end_somewhere() =>
        Assert.False(ThriftShape.IsWhole([.. Enumerable.Repeat((byte)0x1c, 100_000), .. new byte[100_001]]));

    /// <summary>Where it ends too soon at any place, it is not whole.</summary>
    [Fact]
    public void A_table_cut_short_is_broken_everywhere()
    {
        var whole = Bytes("15 02 19 2c 18 01 61 00 18 01 62 00 16 80 01 19 0c 00");
        Assert.True(ThriftShape.IsWhole(whole));
        for (var length = 0; length < whole.Length; length++)
            Assert.False(ThriftShape.IsWhole(whole.AsSpan(0, length)));
    }

    private static byte[] Bytes(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));
}
