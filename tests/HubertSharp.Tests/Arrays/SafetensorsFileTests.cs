using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Arrays;

public class SafetensorsFileTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        SafetensorsFile.Write(path,
            [SafetensorsTensor.Create("w", [2, 3], [1, 2, 3, 4, 5, float.NaN]), new("b", "BOOL", [2], new byte[] { 1, 0 }),
                new("h", "F16", [1], BitConverter.GetBytes((Half)1.5)), new("z", "BF16", [1], new byte[] { 0xC0, 0x3F }),
                new("e", "F32", [0], Array.Empty<byte>())],
            new Dictionary<string, string> { ["made by"] = "测试" });
        var file = SafetensorsFile.Read(path);
        Assert.Equal(["w", "b", "h", "z", "e"], file.Tensors.Select(t => t.Name));
        Assert.Equal([1, 2, 3, 4, 5, float.NaN], file["w"].ToSingles());
        Assert.Equal([2L, 3L], file["w"].Shape);
        Assert.Equal([true, false], file["b"].ToBooleans());
        Assert.Equal([1.5f], file["h"].ToSingles());
        Assert.Equal([1.5f], file["z"].ToSingles());
        Assert.Empty(file["e"].ToSingles());
        Assert.Equal("测试", file.Metadata["made by"]);
        Assert.Contains("no tensor 'q'", Assert.Throws<UserException>(() => file["q"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "shorter than 8 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "lies at 0 to 8 of 4 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "needs 8 bytes and has 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", "impossible shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "impossible shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "lies at 4 to 0")]
    [InlineData("{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}", "unknown type 'F99'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "not what safetensors writes")]
    [InlineData("{\"a\":3}", "not what safetensors writes")]
    [InlineData("[]", "not what safetensors writes")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "tensors overlap")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "'a' twice")]
    [InlineData("{\"a\"", "not what safetensors writes")]
    public void Lying_headers_are_refused(string header, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        var json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, header.Length == 0 ? [1, 2, 3] : [.. BitConverter.GetBytes((long)json.Length), .. json, 0, 0, 128, 63]);
        var message = Assert.Throws<UserException>(() => SafetensorsFile.Read(path)).Message;
        Assert.StartsWith($"{path}: damaged safetensors file: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_header_length_beyond_the_file_allocates_nothing(long length)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), 1, 2]);
        Assert.Contains("the header claims", Assert.Throws<UserException>(() => SafetensorsFile.Read(path)).Message,
            StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<UserException>(() => SafetensorsFile.Read(folder.At("b"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_never_crashes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        SafetensorsFile.Write(path, [SafetensorsTensor.Create("w", [2, 2], [1, 2, 3, 4])]);
        var good = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var bad = (byte[])good.Clone();
            for (var j = random.Next(3); j >= 0; j--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bad[..(random.Next(4) == 0 ? random.Next(bad.Length) : bad.Length)]);
            try
            {
                _ = SafetensorsFile.Read(path).Tensors.Count;
            }
            catch (UserException)
            {
                // the only exception that a file may cause
            }
        }
    }
}
