using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Files;

public sealed class OwnedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("notes.txt")]
    [InlineData(".partial")]
    [InlineData("model.partial")]
    [InlineData(".update_000000005.partial")]
    [InlineData(".partial-1-2-0a1b2c3d-1-model")] // process 1 of another machine
    public void What_has_no_working_name_of_a_dead_process_or_of_this_one_is_not_removed(string name)
    {
        var path = _folder.Write(name, "mine");
        Assert.Throws<InvalidOperationException>(() => Owned.DeleteWork(path));
        Assert.Throws<InvalidOperationException>(() => Owned.DeleteWithin(_folder.FullName, path));
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public void A_link_is_removed_and_never_followed()
    {
        var precious = _folder.Write("user/precious.wav", "mine");
        using (var work = WorkFolder.In(_folder.At("out"), "work"))
        {
            Directory.CreateSymbolicLink(work.At("folder"), _folder.At("user"));
            File.CreateSymbolicLink(work.At("file"), precious);
            File.CreateSymbolicLink(work.At("nowhere"), "gone");
            Directory.CreateDirectory(work.At("a", "b"));
        }
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("out")));
        Assert.Equal("mine", File.ReadAllText(precious));

        var link = WorkName.In(_folder.FullName, "link");
        Directory.CreateSymbolicLink(link, _folder.At("user"));
        Owned.DeleteWork(link);
        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.False(Directory.Exists(link));
    }

    [Fact]
    public void Of_a_list_only_files_in_the_folder_itself_go()
    {
        var precious = _folder.Write("user/precious.wav", "mine");
        foreach (var name in new[] { "ours.txt", "sub/ours.txt", "kept/ours.txt", "kept/mine.txt" })
            _folder.Write($"out/{name}", "x");
        Directory.CreateSymbolicLink(_folder.At("out", "link"), _folder.At("user"));
        Directory.CreateDirectory(_folder.At("out", "folder"));
        Owned.DeleteListed(_folder.At("out"), ["ours.txt", "sub/ours.txt", "kept/ours.txt", "link", "link/precious.wav",
            "../user/precious.wav", precious, "folder", "", ".", "gone"]);
        Assert.Equal(["folder", "kept", "link"], Directory.GetFileSystemEntries(_folder.At("out")).Select(Path.GetFileName).Order());
        Assert.Equal("x", File.ReadAllText(_folder.At("out", "kept", "mine.txt")));
        Assert.Equal("mine", File.ReadAllText(precious));
        Assert.False(Owned.DeleteIfEmpty(_folder.At("out", "link")));
        Assert.False(Owned.DeleteIfEmpty(_folder.At("out", "kept")));
        Assert.True(Owned.DeleteIfEmpty(_folder.At("out", "folder")));
    }

    [Fact]
    public void What_is_moved_aside_takes_the_first_free_name()
    {
        foreach (var content in new[] { "a", "b", "c" })
            Owned.MoveAside(_folder.Write("run/x", content)[..^2]);
        Assert.Equal(["a", "b", "c"], new[] { "run.1", "run.2", "run.3" }.Select(name => File.ReadAllText(_folder.At(name, "x"))));
        Directory.CreateSymbolicLink(_folder.At("link"), _folder.At("run.1"));
        Assert.Equal(_folder.At("link.1"), Owned.MoveAside(_folder.At("link") + "/"));
        Assert.Equal("a", File.ReadAllText(_folder.At("link.1", "x")));
    }

    [Fact]
    public void A_real_path_follows_every_link_and_two_names_of_one_thing_are_the_same()
    {
        Directory.CreateDirectory(_folder.At("a", "b"));
        Directory.CreateSymbolicLink(_folder.At("link"), "a");
        Directory.CreateSymbolicLink(_folder.At("a", "up"), "../link/b");
        var real = RealPath.Of(_folder.FullName);
        Assert.Equal($"{real}/a/b/new/x", RealPath.Of(_folder.At("link", "up", ".", "new", "y", "..", "x") + "/"));
        Assert.True(RealPath.IsSame(_folder.At("a", "b"), _folder.At("a", "..", "link", "b")));
        Assert.False(RealPath.IsSame(_folder.At("a"), _folder.At("a", "b")));
        Assert.True(RealPath.IsBelow("/a/b", "/a/")
            && RealPath.IsBelow("/a", "/")
            && !RealPath.IsBelow("/ab", "/a")
            && !RealPath.IsBelow("/a", "/a"));
        Directory.CreateSymbolicLink(_folder.At("one"), "other");
        Directory.CreateSymbolicLink(_folder.At("other"), "one");
        Assert.Contains("circle", Assert.Throws<UserException>(() => RealPath.Of(_folder.At("one"))).Message);
    }

    public void Dispose() => _folder.Dispose();
}
