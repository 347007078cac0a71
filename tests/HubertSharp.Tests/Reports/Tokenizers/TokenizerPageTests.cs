using System.IO.Compression;
using System.Xml.Linq;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Tests.Reports.Tokenizers;

/// <summary>The page as markup: whole, escaped, in both languages, with nothing from elsewhere; the pictures as pictures.</summary>
public sealed class TokenizerPageTests
{
    [Theory]
    [InlineData(ReportLanguage.English, "4 quantisers, 2 kbit/s", "original", "0.610 (0.600 to 0.620)")]
    [InlineData(ReportLanguage.Chinese, "4 级量化器，2 kbit/s", "原始录音", "跨说话人 ABX")]
    public void Every_sound_has_a_player_and_a_spectrogram(ReportLanguage language, string caption, string original, string figure)
    {
        var html = TokenizerPage.Render(SampleTokenizer.Report, SampleTokenizer.Examples, language, "other.html");
        var page = XDocument.Parse(html["<!DOCTYPE html>".Length..]);
        IEnumerable<string> Of(string element, string attribute) =>
            page.Descendants(element).Select(e => (string?)e.Attribute(attribute) ?? "");
        Assert.Equal(SampleTokenizer.Examples.SelectMany(example => example.Sounds).Select(sound => sound.File), Of("audio", "src"));
        Assert.All(Of("img", "src"), source => Assert.StartsWith("data:image/png;base64,", source));
        Assert.Equal(10, page.Descendants("img").Count());
        Assert.Equal(2, Of("img", "alt").Count(text => text == caption));
        Assert.Equal(2, Of("img", "alt").Count(text => text == original));
        Assert.Contains(figure, page.Root!.Value);
        Assert.Contains("models/<mine>", page.Root.Value);
        Assert.Contains("CALL <ME>", page.Root.Value);
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_a_png_of_its_pixels()
    {
        byte[] pixels = [0, 1, 2, 2, 1, 0], colours = [1, 2, 3, 4, 5, 6, 7, 8, 9], rowsBehindFilters = [0, 0, 1, 2, 0, 2, 1, 0];
        byte[] signature = [0x89, .. "PNG\r\n\u001a\n"u8];
        var png = PngPicture.Encode(3, pixels, colours);
        Assert.Equal(signature, png[..8]);
        var (at, names) = (8, new List<string>());
        while (at < png.Length)
        {
            var length = (png[at] << 24) | (png[at + 1] << 16) | (png[at + 2] << 8) | png[at + 3];
            var content = png.AsSpan(at + 8, length);
            names.Add(System.Text.Encoding.ASCII.GetString(png, at + 4, 4));
            var sum = png.AsSpan(at + 8 + length, 4);
            Assert.Equal(Crc32.Of(png.AsSpan(at + 4, length + 4)), (uint)((sum[0] << 24) | (sum[1] << 16) | (sum[2] << 8) | sum[3]));
            if (names[^1] == "IDAT")
            {
                using var packed = new ZLibStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
                using var rows = new MemoryStream();
                packed.CopyTo(rows);
                Assert.Equal(rowsBehindFilters, rows.ToArray());
            }
            at += length + 12;
        }
        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], names);
    }
}
