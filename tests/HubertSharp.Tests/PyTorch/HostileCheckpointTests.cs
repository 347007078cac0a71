using System.Diagnostics;
using System.IO.Compression;
using HubertSharp.Interop;
using HubertSharp.Runs;

namespace HubertSharp.Tests.PyTorch;

/// <summary>Crafted files end in one line that names them, quickly and without taking memory.</summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.At("x.pt");

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch._utils", "_rebuild_device_tensor_from_numpy")]
    [InlineData("fairseq.data.dictionary", "Dictionary.load")]
    [InlineData("numpy.load", "x")]
    public void A_name_that_is_not_on_the_list_is_named(string module, string name)
    {
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw($"c{module}\n{name}\n(").Text("echo hi").Raw("tR").Stop());
        Assert.Contains($"(found {module}.{name})", Fault());
        Assert.Contains("nothing is ever run", Fault());
        // and in the older form, inside a model
        File.WriteAllBytes(Place, [.. Legacy(), .. new CraftedPickle().Raw("}").Text("model").Raw($"c{module}\n{name}\n)Rs").Stop()]);
        Assert.Contains($"(found {module}.{name})", Fault());
    }

    [Theory]
    [InlineData(4, 0, new long[] { 1L << 60 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 1L << 40, 1L << 40 }, new long[] { 1L << 40, 1 })]
    [InlineData(4, 0, new long[] { 1L << 30 }, new long[] { 0 })] // expanded
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { -1, 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 3, 1 })]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(4, long.MaxValue, new long[] { 2 }, new long[] { 1 })]
    [InlineData(4, 3, new long[] { 2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 1, 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(1L << 40, 0, new long[] { 2 }, new long[] { 1 })]
    [InlineData(long.MaxValue, 0, new long[] { 2 }, new long[] { 1 })]
    [InlineData(-4, 0, new long[] { 2 }, new long[] { 1 })]
    public void A_tensor_that_does_not_lie_in_its_storage_is_refused(long elements, long offset, long[] shape, long[] strides)
    {
        var pickle = new CraftedPickle().Raw("}").Text("model").Raw("}").Text("mask_emb").Tensor("0", elements, offset, shape, strides)
            .Raw("ss").Stop();
        CraftedPickle.WriteZip(Place, pickle, ("archive/data/0", new byte[16]));
        Assert.Contains("damaged PyTorch file", Fault());
        File.WriteAllBytes(Place, [.. Legacy(), .. pickle, .. new CraftedPickle().Raw("]").Text("0").Raw("a").Stop(),
            .. BitConverter.GetBytes(elements), .. new byte[16]]);
        Assert.Contains("damaged PyTorch file", Fault());
    }

    [Fact]
    public void A_storage_that_is_missing_or_has_two_types_is_refused()
    {
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Text("model").Tensor("0", 4, 0, [4], [1]).Raw("s").Stop());
        Assert.Contains("data/0 is missing", Fault());
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("](").Tensor("0", 4, 0, [4], [1]).Tensor("0", 8, 0, [4], [1], "HalfStorage")
            .Raw("e").Stop(), ("archive/data/0", new byte[16]));
        Assert.Contains("two types or sizes", Fault());
    }

    [Theory]
    [InlineData("../data.pkl")]
    [InlineData("archive/../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("archive//data")]
    [InlineData("archive/data\\x")]
    [InlineData("other/data/0")]
    [InlineData("data.pkl")]
    public void An_entry_that_names_another_place_is_refused(string name)
    {
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Stop(), (name, new byte[4]));
        Assert.Contains("refused PyTorch file", Fault());
    }

    [Fact]
    public void A_zip_bomb_is_not_inflated()
    {
        CraftedPickle.WriteZip(Place, [("archive/data.pkl", new byte[1 << 28])], CompressionLevel.SmallestSize);
        Assert.Contains("compressed", Fault());
        CraftedPickle.WriteZip(Place, [("archive/data.pkl", new byte[1 << 26])]);
        Assert.Contains("more than any model's", Fault());
    }

    /// <summary>The directory names the same bytes over and over: a small file that seems to hold very much.</summary>
    [Fact]
    public void Overlapping_and_repeated_entries_are_refused()
    {
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Stop(), ("archive/data/0", new byte[64]),
            ("archive/data/1", new byte[64]));
        var bytes = File.ReadAllBytes(Place);
        var names = Find(bytes, "archive/data/1"u8);
        // the directory's entry of data/1 is pointed at data/0's header
        var (first, second) = (DirectoryEntry(bytes, "archive/data/0"u8), DirectoryEntry(bytes, "archive/data/1"u8));
        bytes.AsSpan(first + 42, 4).CopyTo(bytes.AsSpan(second + 42));
        File.WriteAllBytes(Place, bytes);
        Assert.Contains("overlap", Fault());
        bytes[second + 46 + "archive/data/".Length] = (byte)'0';
        File.WriteAllBytes(Place, bytes);
        Assert.Contains("is there twice", Fault());
        Assert.NotEmpty(names);
    }

    [Theory]
    [InlineData(20)] // compressed size
    [InlineData(24)] // size
    [InlineData(28)] // name, extra field and comment
    [InlineData(30)]
    [InlineData(32)]
    [InlineData(42)] // place
    public void Lying_sizes_in_the_directory_are_refused(int field)
    {
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Stop(), ("archive/data/0", new byte[64]));
        var whole = File.ReadAllBytes(Place);
        foreach (var value in new uint[] { 1, 0x7fff, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff })
        {
            var bytes = (byte[])whole.Clone();
            BitConverter.GetBytes(value).AsSpan(0, field is 28 or 30 or 32 ? 2 : 4)
                .CopyTo(bytes.AsSpan(DirectoryEntry(bytes, "archive/data/0"u8) + field));
            File.WriteAllBytes(Place, bytes);
            Fault();
        }
    }

    [Fact]
    public void Nested_and_repeated_values_end_before_they_grow()
    {
        // a list of ten references to a list of ten references to ...: 10^30 values in a few hundred bytes
        var bomb = new CraftedPickle().Raw("}").Text("cfg").Raw("}").Text("task").Raw("}").Raw("s").Text("model").Raw("}").Text("x")
            .Text("seed").Raw("q\x00");
        for (var level = 1; level <= 30; level++)
            bomb.Raw("]q").Raw((byte)level).Raw("(").Raw(string.Concat(Enumerable.Repeat($"h{(char)(level - 1)}", 10))).Raw("e");
        // the lists are remembered: clear the stack of them, and recall the outermost
        CraftedPickle.WriteZip(Place, bomb.Raw(new string('0', 31)).Raw("h\x1e").Raw("sss").Stop());
        Assert.Contains("nested beyond all use", Fault());

        var deep = new CraftedPickle().Raw("}").Text("cfg").Raw(new string(']', 50_000)).Raw(new string('a', 49_999)).Raw("s").Stop();
        CraftedPickle.WriteZip(Place, deep);
        Assert.Contains("nested beyond all use", Fault());

        // a DictConfig that is its own content
        var circle = new CraftedPickle().Raw("}").Text("cfg").Raw("comegaconf.dictconfig\nDictConfig\n)").Raw(0x81).Raw("q\x01}")
            .Text("_content").Raw("h\x01sb").Raw("s").Stop();
        CraftedPickle.WriteZip(Place, circle);
        Assert.Contains("without its settings", Fault());

        var own = new CraftedPickle()
            .Raw("}").Text("cfg").Raw("}q\x01").Text("model").Raw("h\x01s").Text("task").Raw("h\x01s").Raw("s").Stop();
        CraftedPickle.WriteZip(Place, own);
        Assert.Contains("nested beyond all use", Fault());
    }

    [Fact]
    public void Numbers_of_remembered_values_cannot_be_made_to_collide()
    {
        // all of these have one hash code
        var pickle = new CraftedPickle().Raw("N");
        for (long i = 0; i < 200_000; i++)
            pickle.Raw($"p{(i << 32) | i}\n");
        CraftedPickle.WriteZip(Place, pickle.Stop());
        Assert.Contains("limits", Fault());
    }

    [Fact]
    public void Tensors_that_share_storages_do_not_multiply()
    {
        var config = Fixtures.Matching("hubert_tiny_*").First();
        var model = ModelReader.Read(Directory.GetFiles(Fixtures.At(config), "*.pt")[0]).Description.Model;
        var pickle = new CraftedPickle().Raw("}").Text("cfg").Raw("}").Text("task").Raw("}s").Text("model").Raw("}").Text("encoder_layers")
            .Long(1024).Raw("s").Text("encoder_embed_dim").Long(1024).Raw("sss").Text("model").Raw("}");
        pickle.Text("mask_emb").Tensor("0", 1 << 20, 0, [1024], [1]).Raw("s").Text("label_embs_concat")
            .Tensor("0", 1 << 20, 0, [1024, 1024], [1024, 1]).Raw("s");
        for (var layer = 0; layer < 1024; layer++)
            pickle.Text($"encoder.layers.{layer}.fc1.weight").Tensor("0", 1 << 20, 0, [1024, 1024], [1024, 1]).Raw("s");
        CraftedPickle.WriteZip(Place, pickle.Raw("s").Stop(), ("archive/data/0", new byte[4 << 20]));
        Assert.Contains("more than the file holds", Fault());
        Assert.True(model.EncoderLayers < 1024);
    }

    [Fact]
    public void Other_files_are_told_apart()
    {
        File.WriteAllText(Place, "#!/bin/sh\n");
        Assert.Contains("not a PyTorch file", Fault());
        File.WriteAllBytes(Place, []);
        Assert.Contains("not a file that can be read", Fault());
        File.WriteAllBytes(Place, "PK\x03\x04"u8.ToArray());
        Assert.Contains("truncated", Fault());
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        File.WriteAllBytes(Place, tar);
        Assert.Contains("before 0.1.10", Fault());
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Stop(), ("archive/constants.pkl", []));
        Assert.Contains("TorchScript", Fault());
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Stop(), ("archive/byteorder", "big"u8.ToArray()));
        Assert.Contains("big-endian", Fault());
        CraftedPickle.WriteZip(Place, [("archive/x", [])]);
        Assert.Contains("without data.pkl", Fault());
        CraftedPickle.WriteZip(Place, new CraftedPickle().Raw("}").Stop());
        Assert.Contains("without its settings", Fault());
        Assert.Contains("no model here", Assert.Throws<UserException>(() => ModelReader.Read(_folder.At("absent"))).Message);
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.Contains("no model here", Assert.Throws<UserException>(() => ModelReader.Read(_folder.At("empty"))).Message);
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        File.Delete(Place);
        using var make = Process.Start("mkfifo", [Place])!;
        make.WaitForExit();
        Assert.Contains("not a file that can be read", Fault());
    }

    [Fact]
    public void A_truncated_file_is_damaged_wherever_it_ends()
    {
        foreach (var path in Fixtures.Matching("hubert_tiny_*").SelectMany(name => Directory.GetFiles(Fixtures.At(name), "*.pt")))
        {
            var whole = File.ReadAllBytes(path);
            for (var share = 0; share < 20; share++)
            {
                File.WriteAllBytes(Place, whole.AsSpan(0, whole.Length * share / 20));
                Fault();
            }
            File.WriteAllBytes(Place, whole.AsSpan(0, whole.Length - 1));
            Fault();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Legacy() =>
    [
        .. Convert.FromHexString("80028a0a6cfc9c46f9206aa850192e"), .. new CraftedPickle().Raw("M\xe9\x03").Stop(),
        .. new CraftedPickle().Raw("}").Text("little_endian").Raw(0x88).Raw("s").Stop(),
    ];

    private static List<int> Find(byte[] bytes, ReadOnlySpan<byte> text)
    {
        var found = new List<int>();
        for (var at = 0; bytes.AsSpan(at).IndexOf(text) is >= 0 and var next; at += next + 1)
            found.Add(at + next);
        return found;
    }

    /// <summary>The directory comes last in the file.</summary>
    private static int DirectoryEntry(byte[] bytes, ReadOnlySpan<byte> name) => Find(bytes, name)[^1] - 46;

    private string Fault()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        var fault = Assert.Throws<UserException>(() => ModelReader.Read(Place));
        Assert.True(clock.Elapsed < Patience.Long, $"{clock.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 96 << 20);
        Assert.Contains(Place, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
        return fault.Message;
    }
}
