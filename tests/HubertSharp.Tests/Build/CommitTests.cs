using System.Diagnostics;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Cli;

namespace HubertSharp.Tests.Build;

/// <summary><c>build/commit.sh</c> in trees of its own: what it says of each, and that it says it once.</summary>
public sealed class CommitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CommitTests()
    {
        Directory.CreateDirectory(At("build"));
        File.Copy(Path.Combine(Fixtures.RepositoryRoot(), "build", "commit.sh"), At("build", "commit.sh"));
        Write("src/A.cs", "class A { }");
        Write("docs/a.md", "a");
        Write("global.json", "{}");
        Write(".gitignore", "bin/\n");
    }

    [Fact]
    public void A_commit_is_clean_until_something_that_is_built_changes()
    {
        var commit = Clone();
        Assert.Equal($"{commit} clean", Stamp());
        Write("docs/a.md", "b");
        Write("bin/a.dll", "");
        Assert.Equal($"{commit} clean", Stamp());
        Write("src/B.cs", "class B { }"); // a file that git does not know yet is built all the same
        Assert.Equal($"{commit} dirty", Stamp());
        File.Delete(At("src", "B.cs"));
        Assert.Equal($"{commit} clean", Stamp());
        Write("Directory.Build.props", "<Project />");
        Assert.Equal($"{commit} dirty", Stamp());
    }

    [Fact]
    public void Without_a_clone_it_is_unknown() => Assert.Equal("unknown", Stamp());

    [Fact]
    public void In_the_clone_of_somebody_else_it_is_unknown()
    {
        var inner = Path.Combine(_folder.FullName, "unpacked", "build");
        Directory.CreateDirectory(inner);
        File.Copy(At("build", "commit.sh"), Path.Combine(inner, "commit.sh"));
        Write(".gitignore", "unpacked/\n");
        Clone();
        Assert.Equal("unknown", Stamp(inner));
    }

    [Fact]
    public void Without_git_it_is_unknown()
    {
        Clone();
        Directory.CreateDirectory(At("tools"));
        foreach (var tool in (string[])["sh", "cat", "dirname", "mkdir", "mv"])
            File.CreateSymbolicLink(At("tools", tool), File.Exists($"/bin/{tool}") ? $"/bin/{tool}" : $"/usr/bin/{tool}");
        Assert.Equal("unknown", Stamp(path: At("tools")));
    }

    [Fact]
    public void A_hook_of_another_tree_does_not_mislead_it()
    {
        using var other = new TemporaryFolder();
        Run("git", ["init", "-q", other.FullName]);
        var commit = Clone();
        Assert.Equal($"{commit} clean", Stamp(gitFolder: Path.Combine(other.FullName, ".git")));
    }

    [Fact]
    public void What_is_said_already_is_not_written_again()
    {
        Clone();
        Stamp();
        var then = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(At("stamp", "file"), then);
        Stamp();
        Assert.Equal(then, File.GetLastWriteTimeUtc(At("stamp", "file")));
    }

    [Fact]
    public void The_program_tells_what_it_was_built_from()
    {
        var told = HubertProcess.Run("--version");
        Assert.Equal((0, $"{BuildVersion.Current}\n", ""), (told.ExitCode, told.Output, told.Error));
        var stamp = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, BuildVersion.FileName)).Trim();
        Assert.Equal(stamp, BuildVersion.Current.Commit is { } commit
            ? $"{commit} {(BuildVersion.Current.IsDirty is true ? "dirty" : "clean")}" : "unknown");
    }

    [Fact]
    public void No_assembly_holds_the_commit() => // it would be compiled anew at each
        Assert.DoesNotContain('+', FileVersionInfo.GetVersionInfo(typeof(BuildVersion).Assembly.Location).ProductVersion!);

    public void Dispose() => _folder.Dispose();

    private string At(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private string Clone()
    {
        string[] identity = ["-C", _folder.FullName, "-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false",
            "-c", "core.hooksPath=/dev/null"];
        Run("git", [.. identity, "init", "-q"]);
        Run("git", [.. identity, "add", "-A"]);
        Run("git", [.. identity, "commit", "-q", "-m", "first"]);
        return Run("git", [.. identity, "rev-parse", "HEAD"]).Trim();
    }

    private string Stamp(string? build = null, string? path = null, string? gitFolder = null)
    {
        Run("/bin/sh", [Path.Combine(build ?? At("build"), "commit.sh"), At("stamp", "file")], start =>
        {
            start.Environment["PATH"] = path ?? start.Environment["PATH"];
            if (gitFolder is not null)
                start.Environment["GIT_DIR"] = gitFolder;
        });
        return File.ReadAllText(At("stamp", "file")).Trim();
    }

    private static string Run(string program, string[] arguments, Action<ProcessStartInfo>? prepare = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var name in (string[])["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"])
            start.Environment.Remove(name); // the tests may run in a hook
        prepare?.Invoke(start);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
