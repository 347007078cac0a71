using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Files;

public sealed class AtomicFolderTests : IDisposable
{
    private const string Name = "update_000000007";

    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.At("run", Name);

    [Fact]
    public void A_folder_appears_whole_in_place_of_what_was_there()
    {
        _folder.Write($"run/.{Name}.partial/half", "of a process that was killed");
        _folder.Write($"run/{Name}/old", "");
        AtomicFolder.WriteLocked(Place, work =>
        {
            Assert.Empty(Directory.GetFileSystemEntries(work));
            File.WriteAllText(Path.Combine(work, "new"), "");
            Assert.True(File.Exists(Path.Combine(Place, "old"))); // there until the new one is whole
        }, () => Directory.Move(Place, _folder.At("aside")));
        Assert.Equal("new", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(Place))));
        Assert.Equal(Place, Assert.Single(Directory.GetFileSystemEntries(_folder.At("run"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_stays_of_what_fails(bool early)
    {
        if (!early)
            DiskSync.InFsyncsPlace.Value = path => path.EndsWith("/run", StringComparison.Ordinal) ? 5 : 0;
        Directory.CreateDirectory(_folder.At("run"));
        Assert.Throws<IOException>(() => AtomicFolder.WriteLocked(Place, work =>
        {
            File.WriteAllText(Path.Combine(work, "new"), "");
            if (early)
                throw new IOException("full");
        }, () => { }));
        DiskSync.InFsyncsPlace.Value = null;
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("run")));
    }

    [Fact]
    public void Leftovers_of_these_places_alone_are_cleared()
    {
        _folder.Write($"run/.{Name}.partial/half", "");
        _folder.Write("run/.notes.partial/mine", "");
        AtomicFolder.ClearLocked(_folder.At("run"), name => name == Name);
        Assert.Equal(_folder.At("run", ".notes.partial"), Assert.Single(Directory.GetFileSystemEntries(_folder.At("run"))));
    }

    public void Dispose()
    {
        DiskSync.InFsyncsPlace.Value = null;
        _folder.Dispose();
    }
}
