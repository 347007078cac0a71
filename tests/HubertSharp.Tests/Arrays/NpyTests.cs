using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Arrays;

public class NpyTests
{
    [Fact]
    public void What_was_written_is_read_again_by_rows()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a", "x.npy");
        float[] values = [.. Enumerable.Range(0, 35).Select(i => (i * 0.37f) - 3)];
        NpyWriter.Write(path, values, 5);
        using var reader = NpyReader.OpenFrames(path);
        Assert.Equal([7, 5], reader.Shape);
        Assert.Equal(values, reader.ReadFloats());
        var rows = new float[10];
        reader.ReadRows(3, rows);
        Assert.Equal(values[15..25], rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadRows(6, rows));
        Assert.Equal([path], Directory.GetFiles(folder.At("a")));
    }

    [Theory]
    [InlineData("<i2", new byte[] { 0xff, 0xff, 0x02, 0x00 }, new float[] { -1, 2 })]
    [InlineData("|u1", new byte[] { 7, 255 }, new float[] { 7, 255 })]
    [InlineData("<f2", new byte[] { 0x00, 0x3c, 0x00, 0xc0 }, new float[] { 1, -2 })]
    [InlineData("<f8", new byte[] { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0 }, new float[] { 1.5f, 0 })]
    [InlineData("<i8", new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, new float[] { 3, -2 })]
    public void Other_numbers_become_float32(string type, byte[] data, float[] expected)
    {
        using var folder = new TemporaryFolder();
        using var reader = NpyReader.Open(Write(folder, $"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", data));
        Assert.Equal(expected, reader.ReadFloats());
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 12, "truncated")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 20, "longer than its header says")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904), }", 16,
        "a shape that fits a file")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 39), }", 16, "truncated")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", 16, "column-major")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 2), }", 16, "'>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }", 16, "'|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2), }", 16, "malformed")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", 16, "malformed")]
    [InlineData("{'descr': __import__('os'), 'fortran_order': False, 'shape': (2, 2), }", 16, "malformed")]
    [InlineData("", 16, "malformed")]
    public void A_header_that_lies_is_one_line(string header, int dataBytes, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, header, new byte[dataBytes]);
        var fault = Assert.Throws<UserException>(() => NpyReader.Open(path).Dispose());
        Assert.StartsWith(path, fault.Message);
        Assert.Contains(expected, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Bytes_that_are_no_npy_file_give_an_array_or_one_line()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("x.npy");
        NpyWriter.Write(path, new float[12], 3);
        var whole = File.ReadAllBytes(path);
        var random = new Random(1);
        for (var trial = 0; trial < 600; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(80)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes.AsSpan(0, trial % 3 == 0 ? random.Next(bytes.Length) : bytes.Length));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var reader = NpyReader.Open(path);
                reader.ReadFloats();
            }
            catch (UserException e)
            {
                Assert.StartsWith(path, e.Message);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Nothing_appears_before_it_is_published()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("x.npy");
        using (var writer = NpyWriter.Create(path, 2))
        {
            writer.WriteAt(1, [3, 4]);
            Assert.Throws<InvalidOperationException>(() => writer.Complete(3));
            Assert.False(File.Exists(path));
            var second = Assert.Throws<UserException>(() => NpyWriter.Create(path, 2));
            Assert.Contains(path, second.Message);
        }
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Fixture_arrays_have_the_lengths_that_their_headers_say()
    {
        foreach (var path in Directory.EnumerateFiles(Fixtures.Folder, "*.npy", SearchOption.AllDirectories))
        {
            using var reader = NpyReader.Open(path);
            Assert.Equal(reader.Rows * reader.RowElements, reader.ReadFloats().Length);
        }
    }

    private static string Write(TemporaryFolder folder, string header, byte[] data)
    {
        var text = Encoding.ASCII.GetBytes(header.PadRight(117) + "\n");
        var path = folder.At("x.npy");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. data]);
        return path;
    }
}
