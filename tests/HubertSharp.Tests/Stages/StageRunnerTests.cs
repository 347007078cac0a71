using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Tests.Stages;

public sealed class StageRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];
    private int _clusters = 100;
    private int _runs;
    private bool _fits;
    private Action<string> _body = folder => File.WriteAllText(Path.Combine(folder, "out.txt"), "result");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_unchanged_stage_is_left_out()
    {
        RunOnce();
        RunOnce();
        Assert.Equal(1, _runs);
        Assert.Equal(["k-means:", "k-means: up to date"], _said);
    }

    [Fact]
    public void A_changed_setting_runs_it_again_and_is_named()
    {
        RunOnce();
        _clusters = 50;
        RunOnce();
        Assert.Equal((2, "k-means: runs again, clusters changed from 100 to 50"), (_runs, _said[^1]));
    }

    [Fact]
    public void A_changed_input_file_runs_it_again()
    {
        _folder.Write("in.txt", "a");
        RunOnce();
        _folder.Write("in.txt", "b");
        RunOnce();
        Assert.Equal((2, "k-means: runs again, input changed"), (_runs, _said[^1]));
    }

    [Theory]
    [InlineData(null, "k-means: runs again, stage/out.txt is gone")]
    [InlineData("other", "k-means: runs again, stage/out.txt changed")]
    public void A_result_that_is_gone_or_changed_is_made_again(string? content, string expected)
    {
        RunOnce();
        File.Delete(_folder.At("stage", "out.txt"));
        if (content is not null)
            _folder.Write("stage/out.txt", content);
        RunOnce();
        Assert.Equal((2, expected), (_runs, _said[^1]));
    }

    [Fact]
    public void What_an_interrupted_stage_left_is_removed_before_it_begins_again()
    {
        _body = folder =>
        {
            File.WriteAllText(Path.Combine(folder, "half.txt"), "half");
            throw new OperationCanceledException();
        };
        Assert.Throws<OperationCanceledException>(() => RunOnce());
        _body = folder =>
        {
            Assert.False(File.Exists(Path.Combine(folder, "half.txt")));
            File.WriteAllText(Path.Combine(folder, "out.txt"), "result");
        };
        RunOnce();
        RunOnce();
        Assert.Equal(2, _runs);
        Assert.Equal(["k-means:", "k-means: begins again, it did not end", "k-means: up to date"], _said);
    }

    [Fact]
    public void What_somebody_else_put_into_the_folder_stays_and_so_does_what_was_changed_by_hand()
    {
        _body = folder =>
        {
            File.WriteAllText(Path.Combine(folder, "out.txt"), "result");
            File.WriteAllText(Path.Combine(folder, "ours.txt"), $"{_clusters}");
        };
        RunOnce();
        _folder.Write("stage/mine.txt", "mine");
        _folder.Write("stage/sub/mine.txt", "mine");
        Directory.CreateSymbolicLink(_folder.At("stage", "link"), _folder.At("stages"));
        _folder.Write("stage/out.txt", "corrected by hand");
        _clusters = 50;
        for (var time = 0; time < 2; time++, _clusters--)
        {
            RunOnce(false, "k-means");
            Assert.Equal(["mine", "mine", "corrected by hand", "result"],
                new[] { "mine.txt", "sub/mine.txt", "out.txt.1", "out.txt" }.Select(name => File.ReadAllText(_folder.At("stage", name))));
        }
        Assert.Contains("k-means: stage/out.txt was changed by hand; it is kept as stage/out.txt.1", _said);
        Assert.True(File.Exists(_folder.At("stages", "k-means.json")));
    }

    [Fact]
    public void After_a_kill_nothing_is_removed_because_nothing_is_listed()
    {
        RunOnce();
        // as it is while the stage runs
        new MadeFiles("k-means", new Dictionary<string, string>()).Write(_folder.At("stage", Stage.MadeFile));
        _folder.Write("stages/k-means.json", "{\"inputs\": {}}");
        _folder.Write("stage/mine.txt", "mine");
        RunOnce();
        Assert.Equal((2, "mine"), (_runs, File.ReadAllText(_folder.At("stage", "mine.txt"))));
    }

    [Fact]
    public void A_folder_that_an_earlier_version_made_is_marked_once_it_is_found_up_to_date()
    {
        RunOnce();
        File.Delete(_folder.At("stage", Stage.MadeFile));
        RunOnce();
        Assert.Equal(["out.txt"], MadeFiles.TryRead(_folder.At("stage", Stage.MadeFile))!.Files.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lost_stamp_is_no_reason_to_begin_anew_and_what_is_forced_is_moved_aside(bool lost)
    {
        var seen = new List<bool>();
        _body = folder =>
        {
            seen.Add(File.Exists(Path.Combine(folder, "out.txt")));
            File.WriteAllText(Path.Combine(folder, "out.txt"), "result");
        };
        RunOnce(continues: true);
        if (lost)
            _folder.Write("stages/k-means.json", "");
        _fits = true;
        RunOnce(continues: true, lost ? [] : ["k-means"]);
        Assert.Equal([false, lost], seen);
        Assert.Equal(lost ? "k-means: goes on from what is there" : "k-means: runs again, as asked", _said[^1]);
        Assert.Equal(!lost, File.Exists(_folder.At("stage.1", "out.txt")));
    }

    [Fact]
    public void A_stage_with_checkpoints_goes_on_unless_its_inputs_changed()
    {
        var seen = new List<bool>();
        _body = folder =>
        {
            seen.Add(File.Exists(Path.Combine(folder, "checkpoint")));
            File.WriteAllText(Path.Combine(folder, "checkpoint"), "");
            throw new OperationCanceledException();
        };
        for (var i = 0; i < 3; i++)
        {
            _clusters = i < 2 ? 100 : 50;
            Assert.Throws<OperationCanceledException>(() => RunOnce(continues: true));
        }
        Assert.Equal([false, true, false], seen);
        Assert.True(File.Exists(_folder.At("stage.1", "checkpoint")));
        Assert.Equal(["k-means:", "k-means: goes on", "k-means: what is there is kept as stage.1: it is another",
            "k-means: runs again, clusters changed from 100 to 50"], _said);
    }

    [Fact]
    public void A_forced_stage_runs_in_any_case()
    {
        RunOnce();
        RunOnce(false, "k-means");
        Assert.Equal((2, "k-means: runs again, as asked"), (_runs, _said[^1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"inputs\": null}")]
    [InlineData("{\"inputs\": {\"clusters\": null}, \"outputs\": {\"\": null}}")]
    public void A_damaged_stamp_counts_as_none(string text)
    {
        RunOnce();
        _folder.Write("stages/k-means.json", text);
        RunOnce();
        Assert.Equal(2, _runs);
    }

    [Fact]
    public void Two_pipelines_do_not_work_in_one_folder()
    {
        using var first = new StageRunner(_folder.FullName, new HashSet<string>(), _ => { });
        var fault = Assert.Throws<UserException>(() => new StageRunner(_folder.FullName, new HashSet<string>(), _ => { }));
        Assert.Contains("another pipeline works in this folder", fault.Message);
    }

    [Fact]
    public void A_copy_of_a_large_file_has_the_same_fingerprint_and_another_size_another_one()
    {
        var (path, copy) = (_folder.At("large"), _folder.At("copy"));
        using (var stream = File.Create(path))
        {
            stream.SetLength((64 << 20) + 4096);
            stream.Position = stream.Length - 5;
            stream.WriteByte(7);
        }
        File.Copy(path, copy);
        File.SetLastWriteTimeUtc(copy, DateTime.UnixEpoch);
        var before = FileFingerprint.Of(path);
        Assert.Equal(before, FileFingerprint.Of(copy));
        using (var stream = File.OpenWrite(copy))
        {
            stream.Position = stream.Length - 5;
            stream.WriteByte(8);
        }
        Assert.NotEqual(before, FileFingerprint.Of(copy));
    }

    private void RunOnce(bool continues = false, params string[] forced)
    {
        using var runner = new StageRunner(_folder.FullName, forced.ToHashSet(), _said.Add);
        runner.Run(
            new Stage("k-means", _folder.At("stage"))
            {
                Obstacle = continues ? isSame => isSame || _fits ? null : "it is another" : null,
                Inputs = () => new StageInputs().Setting("clusters", _clusters).File("input", _folder.At("in.txt")),
                Run = _ =>
                {
                    _runs++;
                    _body(_folder.At("stage"));
                    return [_folder.At("stage", "out.txt")];
                },
            },
            TestContext.Current.CancellationToken);
    }
}
