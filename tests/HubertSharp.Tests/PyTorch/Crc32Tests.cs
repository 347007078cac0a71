using System.Text;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Tests.PyTorch;

public class Crc32Tests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xcbf43926u)] // the check value of the CRC catalogues
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414fa339u)]
    public void Known_texts_have_their_sums(string text, uint expected) => Assert.Equal(expected, Crc32.Of(Encoding.ASCII.GetBytes(text)));

    /// <summary>Eight bytes at a time give what one bit at a time does, at every length.</summary>
    [Fact]
    public void It_is_the_slow_sum()
    {
        var bytes = new byte[70];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var crc = uint.MaxValue;
            foreach (var b in bytes.AsSpan(0, length))
            {
                crc ^= b;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
            Assert.Equal(~crc, Crc32.Of(bytes.AsSpan(0, length)));
        }
    }
}
