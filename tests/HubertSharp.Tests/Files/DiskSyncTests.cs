using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Files;

public sealed class DiskSyncTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(22)] // EINVAL
    [InlineData(95)] // EOPNOTSUPP
    [InlineData(38)] // ENOSYS
    public void What_a_file_system_does_not_offer_is_no_fault(int error)
    {
        DiskSync.InFsyncsPlace.Value = _ => error;
        AtomicFile.WriteAllText(_folder.At("a.txt"), "text");
        DiskSync.FlushFolder(_folder.FullName);
        Assert.Equal("text", File.ReadAllText(_folder.At("a.txt")));
    }

    [Theory]
    [InlineData(5, "cannot write (found the disk did not take what was written")] // EIO
    [InlineData(28, "no space left on the disk")] // ENOSPC: delayed allocation, network disks
    [InlineData(122, "no space left on the disk")] // EDQUOT
    [InlineData(30, "the file system is read-only")] // EROFS: turned so by an error
    [InlineData(9, "cannot write (found the disk did not take what was written")] // EBADF
    public void Everything_else_is_a_failed_write_that_leaves_the_older_file(int error, string expected)
    {
        var (text, array) = (_folder.Write("a.txt", "older"), _folder.At("a.npy"));
        NpyWriter.Write(array, [1, 2], 2);
        var before = File.ReadAllBytes(array);
        DiskSync.InFsyncsPlace.Value = _ => error;
        Assert.StartsWith($"{text}: {expected}", Assert.Throws<UserException>(() => AtomicFile.WriteAllText(text, "newer")).Message);
        Assert.Throws<UserException>(() => NpyWriter.Write(array, [3, 4], 2));
        Assert.Equal(error, Assert.Throws<IOException>(() => DiskSync.FlushFolder(_folder.FullName)).HResult);
        Assert.Equal("older", File.ReadAllText(text));
        Assert.Equal(before, File.ReadAllBytes(array));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.FullName).Length);
    }

    [Fact]
    public void A_signal_during_the_call_repeats_it()
    {
        var calls = 0;
        DiskSync.InFsyncsPlace.Value = _ => ++calls < 3 ? 4 : 0; // EINTR
        DiskSync.FlushFolder(_folder.FullName);
        Assert.Equal(3, calls);
    }

    [Fact]
    public void The_metrics_of_a_checkpoint_must_have_reached_the_disk()
    {
        using var metrics = MetricsWriter.Open(_folder.At("metrics.jsonl"), 0);
        metrics.Append("train_inner", [new("num_updates", 1)]);
        metrics.Sync();
        DiskSync.InFsyncsPlace.Value = _ => 5;
        Assert.Contains("metrics.jsonl: cannot write", Assert.Throws<UserException>(metrics.Sync).Message);
    }

    [Fact]
    public void The_real_call_is_made_and_its_answer_is_read()
    {
        DiskSync.CreateFolder(_folder.At("a", "b", "c"));
        DiskSync.FlushFolder(_folder.At("a", "b", "c"));
        Assert.Equal(2, Assert.Throws<IOException>(() => DiskSync.FlushFolder(_folder.At("absent"))).HResult); // ENOENT
        using var file = File.OpenHandle(_folder.Write("x", "x"));
        DiskSync.Flush(file, "x");
    }
}
