using System.Diagnostics;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Tests.Cli;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Interop;

/// <summary>A converted model takes the place of an old one in one step; what the user has beside it stays.</summary>
public sealed class OutputPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_the_user_has_in_the_folder_stays()
    {
        Old();
        Fill("model");
        Assert.Equal(
            [".gitignore", "README.md", "README.md.1", "config.json", "link", "model.safetensors", "notes.txt", "sub"],
            Directory.GetFileSystemEntries(_folder.At("model")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(("my card", "new", "mine", "mine"),
            (Text("README.md.1"), Text("README.md"), Text("sub", "notes.txt"), Text("notes.txt")));
        Assert.Equal(["model"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run/checkpoints")]
    [InlineData("run/checkpoints/update_000000006")]
    public void A_training_is_no_place_for_a_model(string place)
    {
        _folder.Write("run/checkpoints/update_000000006/state.json", "{}");
        Assert.Contains("a training lies here", Assert.Throws<UserException>(() => Fill(place)).Message);
        Assert.Equal(["state.json"],
            Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public void A_link_to_the_folder_stays_a_link_and_an_empty_folder_is_filled()
    {
        Old();
        Directory.CreateSymbolicLink(_folder.At("current"), "model");
        Fill("current/");
        Assert.Equal("new", Text("model.safetensors"));
        Assert.Equal("model", new FileInfo(_folder.At("current")).LinkTarget);
        Directory.CreateDirectory(_folder.At("empty"));
        Fill("empty", force: false);
        Assert.True(File.Exists(_folder.At("empty", "model.safetensors")));
        Assert.Contains("there is something already", Assert.Throws<UserException>(() => Fill("empty", force: false)).Message);
    }

    [Fact]
    public void Whatever_the_user_has_there_is_the_same_thing_afterwards()
    {
        Old();
        Directory.CreateDirectory(_folder.At("model", "sub", "empty"));
        File.CreateSymbolicLink(_folder.At("model", "sub", "up"), "..");
        InTheWay.Put(_folder.At("model", "sub", "queue"), "pipe");
        Process.Start("chmod", ["700", _folder.At("model", "sub")]).WaitForExit();
        string[] names = ["notes.txt", "sub/notes.txt", "sub/up", "sub/queue", "link"];
        var before = names.Select(name => FileCalls.Identity(_folder.At("model", name))!.Value.Inode).ToList();
        for (var twice = 0; twice < 2; twice++)
            Fill("model");
        Assert.Equal(before, names.Select(name => FileCalls.Identity(_folder.At("model", name))!.Value.Inode));
        Assert.True(Directory.Exists(_folder.At("model", "sub", "empty")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new DirectoryInfo(_folder.At("model", "sub")).UnixFileMode);
        Assert.Equal(["model"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public void A_conversion_that_fails_leaves_the_old_model_and_nothing_else()
    {
        Old();
        _folder.Write("x.onnx", "old");
        _folder.Write("x.onnx.data", "old weights");
        Assert.Throws<InvalidOperationException>(() => OutputPlace.Fill<int>(_folder.At("model"), true,
            place => throw new InvalidOperationException(File.Exists(WriteModel(place)).ToString())));
        Assert.Throws<InvalidOperationException>(() => OutputPlace.Fill<int>(_folder.At("x.onnx"), true, place =>
        {
            File.WriteAllText(place + ".data", "new");
            throw new InvalidOperationException();
        }));
        Assert.Equal(("old", "old weights"), (Text("model.safetensors"), File.ReadAllText(_folder.At("x.onnx.data"))));
        Assert.Equal(["model", "x.onnx", "x.onnx.data"],
            Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("x.onnx.data: there is something already", Assert.Throws<UserException>(() =>
        {
            File.Move(_folder.At("x.onnx"), _folder.At("y.onnx"));
            FillFile("x.onnx", force: false);
        }).Message);
    }

    [Fact]
    public void A_whole_file_with_weights_beside_it_that_a_killed_process_was_moving_comes_to_its_place()
    {
        foreach (var moved in new[] { false, true })
        {
            var whole = $".whole-2147483647-1-{WritingProcess.Machine}-1-x.onnx";
            _folder.Write("x.onnx", "old");
            _folder.Write("x.onnx.data", moved ? "new weights" : "old weights");
            _folder.Write($"{whole}/x.onnx", "new");
            if (!moved)
                _folder.Write($"{whole}/x.onnx.data", "new weights");
            FillFile("other.onnx", force: true);
            Assert.Equal(("new", "new weights"), (File.ReadAllText(_folder.At("x.onnx")), File.ReadAllText(_folder.At("x.onnx.data"))));
            Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.FullName), path => Path.GetFileName(path).StartsWith('.'));
        }
    }

    [Fact]
    public void A_dictionary_that_says_something_else_is_kept()
    {
        _folder.Write("x.pt", "old");
        foreach (var (symbols, kept) in new[] { ("a 1", null), ("a 1", null), ("b 1", "a 1") })
        {
            OutputPlace.Fill(_folder.At("x.pt"), true, place =>
            {
                File.WriteAllText(place, "new");
                File.WriteAllText(Path.Combine(Path.GetDirectoryName(place)!, "dict.km.txt"), symbols);
                return 0;
            });
            Assert.Equal((symbols, "new"), (File.ReadAllText(_folder.At("dict.km.txt")), File.ReadAllText(_folder.At("x.pt"))));
            Assert.Equal(kept, File.Exists(_folder.At("dict.km.txt.1")) ? File.ReadAllText(_folder.At("dict.km.txt.1")) : null);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_that_a_killed_process_took_from_its_place_gives_back_what_is_the_users_or_is_the_model_again(bool isThere)
    {
        Old();
        var old = _folder.At($".old-2147483647-1-{WritingProcess.Machine}-1-model");
        Directory.Move(_folder.At("model"), old);
        if (isThere)
            WriteModel(_folder.At("model"));
        OutputPlace.PutRight(_folder.FullName);
        Assert.Equal((isThere ? "new" : "old", "mine", "mine"), (Text("model.safetensors"), Text("notes.txt"), Text("sub", "notes.txt")));
        Assert.Equal("my card", Text(isThere ? "README.md.1" : "README.md"));
        Assert.Equal(["model"], Directory.GetFileSystemEntries(_folder.FullName).Select(Path.GetFileName));
    }

    /// <summary>
    /// The real program between the old model and the new one: before each of its steps the disk is copied as a kill would leave it there,
    /// and once it is killed. One of the two models is there at every moment.
    /// </summary>
    [Fact, Trait("Part", "e2e")]
    public void Killed_at_any_step_a_whole_model_is_at_the_place_and_the_next_start_clears_the_rest()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/cc"), "no C compiler to make the library that copies and kills");
        var library = BuildSteps();
        var checkpoint = Directory.GetFiles(Fixtures.At(TinyModel.Names().First().Data), "checkpoint_init*.pt")[0];
        var (place, model) = (_folder.At("place"), _folder.At("place", "model"));
        ModelConverter.Run(new ConversionOptions { Input = checkpoint, Output = model, Format = ModelFormat.HuggingFace });
        var (old, fresh) = ("{\"old\": 1}", File.ReadAllText(Path.Combine(model, "config.json")));
        File.WriteAllText(Path.Combine(model, "config.json"), old);
        _folder.Write("place/model/notes.txt", "mine");
        _folder.Write("place/model/sub/notes.txt", "mine");
        Directory.CreateDirectory(_folder.At("kept"));

        var convert = $"STEPS_IN=.old- LD_PRELOAD={library} exec $HUBERT convert {checkpoint} {model} --to huggingface --force";
        Assert.Equal(137, HubertProcess.RunShell(["sh", "-c"], $"KILL_AT=3 {convert}").ExitCode);
        CheckAfterKill(place, old, fresh);
        File.WriteAllText(Path.Combine(model, "config.json"), old);
        var whole = HubertProcess.RunShell(["sh", "-c"], $"COPY_FROM={place} COPY_TO={_folder.At("kept")} {convert}");
        Assert.True(whole.ExitCode == 0, whole.Error);
        var kept = Directory.GetDirectories(_folder.At("kept"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{kept.Length} steps");
        Assert.InRange(kept.Length, 3, 200);
        Assert.Equal(2, kept.Select(copy => CheckAfterKill(copy, old, fresh)).Distinct().Count()); // the old one, then the new one
        Assert.Equal(fresh, CheckAfterKill(place, old, fresh));

        var here = HubertProcess.RunShell(["sh", "-c"], $"cd {model} && exec $HUBERT convert {checkpoint} . --to huggingface --force");
        Assert.Equal(1, here.ExitCode);
        Assert.Contains("the current folder lies there", here.Error, StringComparison.Ordinal);
    }

    /// <summary>Which model is there, with what is the user's beside it: at once, and after the next start with nothing else.</summary>
    private static string CheckAfterKill(string folder, string old, string fresh)
    {
        string Read(params string[] parts) => File.ReadAllText(Path.Combine([folder, "model", .. parts]));
        var config = Read("config.json");
        Assert.Contains(config, new[] { old, fresh });
        Assert.True(File.Exists(Path.Combine(folder, "model", "model.safetensors"))
            && File.Exists(Path.Combine(folder, "model", "preprocessor_config.json")));
        Assert.Equal(("mine", "mine"), (Read("notes.txt"), Read("sub", "notes.txt"))); // not after the next start: at once
        OutputPlace.PutRight(folder);
        using (WorkFolder.In(folder, "next"))
            Assert.Equal("mine", Read("sub", "notes.txt"));
        Assert.Equal(["model"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        return config;
    }

    /// <summary>A library, loaded before the C library: before each call that changes a name it kills, or copies a folder.</summary>
    private string BuildSteps()
    {
        var source = _folder.Write("steps.c", """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <signal.h>
            #include <spawn.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/wait.h>
            #include <unistd.h>
            static int calls;
            static void copy(const char *from, int number) {
                char to[4096], *words[] = {"cp", "-a", (char *)from, to, 0}, *variables[] = {"PATH=/usr/bin:/bin", 0};
                pid_t child;
                snprintf(to, sizeof to, "%s/%d", getenv("COPY_TO"), number);
                if (posix_spawnp(&child, "cp", 0, 0, words, variables) || waitpid(child, 0, 0) != child)
                    abort();
            }
            static void step(const char *a, const char *b) {
                const char *in = getenv("STEPS_IN"), *at = getenv("KILL_AT"), *from = getenv("COPY_FROM");
                if (!in || !(strstr(a, in) || (b && strstr(b, in))))
                    return;
                int number = __sync_add_and_fetch(&calls, 1);
                if (at && number == atoi(at))
                    kill(getpid(), SIGKILL);
                if (from)
                    copy(from, number);
            }
            #define REAL(name) (dlsym(RTLD_NEXT, name))
            int rename(const char *a, const char *b) { step(a, b); return ((int (*)(const char *, const char *))REAL("rename"))(a, b); }
            int renameat2(int d, const char *a, int e, const char *b, unsigned f) {
                step(a, b);
                return ((int (*)(int, const char *, int, const char *, unsigned))REAL("renameat2"))(d, a, e, b, f);
            }
            int link(const char *a, const char *b) { step(a, b); return ((int (*)(const char *, const char *))REAL("link"))(a, b); }
            int unlink(const char *a) { step(a, 0); return ((int (*)(const char *))REAL("unlink"))(a); }
            int rmdir(const char *a) { step(a, 0); return ((int (*)(const char *))REAL("rmdir"))(a); }
            """);
        using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", _folder.At("steps.so"), source, "-ldl"]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return _folder.At("steps.so");
    }

    private void Old()
    {
        foreach (var (name, text) in new[]
        {
            ("config.json", "old"), ("model.safetensors", "old"), ("pytorch_model.bin", "old"), ("README.md", "my card"),
            ("notes.txt", "mine"), (".gitignore", "mine"), ("sub/notes.txt", "mine"),
        })
            _folder.Write($"model/{name}", text);
        File.CreateSymbolicLink(_folder.At("model", "link"), "nowhere");
    }

    private static string WriteModel(string place)
    {
        Directory.CreateDirectory(place);
        foreach (var name in new[] { "config.json", "model.safetensors", "README.md" })
            File.WriteAllText(Path.Combine(place, name), "new");
        return Path.Combine(place, "config.json");
    }

    private void Fill(string name, bool force = true) => OutputPlace.Fill($"{_folder.FullName}/{name}", force, WriteModel);

    private void FillFile(string name, bool force) => OutputPlace.Fill(_folder.At(name), force, place =>
    {
        File.WriteAllText(place, "new");
        File.WriteAllText(place + ".data", "new weights");
        return 0;
    });

    private string Text(params string[] parts) => File.ReadAllText(_folder.At(["model", .. parts]));

    public void Dispose() => _folder.Dispose();
}
