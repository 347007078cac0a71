using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Configuration;

/// <summary>A run's configuration is data, whoever wrote it; a user's own may ask the environment, and says what became of it.</summary>
public sealed class RunConfigTests : IDisposable
{
    private const string Secret = TestEnvironment.Secret;
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("${oc.env:HUBERTSHARP_TEST_SECRET}")]
    [InlineData("${env:HUBERTSHARP_TEST_SECRET}")]
    [InlineData("${ oc.env:HUBERTSHARP_TEST_SECRET }")]
    [InlineData("${oc.env:NO_SUCH,${oc.env:HUBERTSHARP_TEST_SECRET}}")]
    [InlineData("${oc.env:${criterion._name},x}")]
    [InlineData("/data/${oc.env:HUBERTSHARP_TEST_SECRET}/x")]
    public void A_run_asks_the_environment_for_nothing(string reference)
    {
        var path = _folder.Write("config.yaml",
            $"task:\n  data: '{reference}'\n  label_dir: ${{task.data}}/labels\n  labels: ['{reference}']\nmodel:\n  label_rate: 100\n");
        var config = ConfigLoader.LoadRun(path);
        Assert.DoesNotContain(config.Entries, e => $"{e.Value} {e.Origin}".Contains(Secret));
        Assert.Contains("env:", config.Value.Task.Data);
        Assert.EndsWith("/labels", config.Value.Task.LabelDir);
        Assert.Contains(config.NotFollowed, n => n.StartsWith($"{path}:2: task.data is ") && n.Contains("a run's configuration is data"));
        Assert.Equal(config.NotFollowed, config.Notices.Where(n => n.Contains("is data")));
    }

    [Fact]
    public void Where_a_number_is_needed_the_key_is_named()
    {
        var path = _folder.Write("config.yaml", "optimization:\n  max_update: ${oc.env:HUBERTSHARP_TEST_SECRET}\n");
        var error = Assert.Throws<UserException>(() => ConfigLoader.LoadRun(path)).Message;
        Assert.Contains("optimization.max_update expected a whole number", error);
        Assert.DoesNotContain(Secret, error);
    }

    [Theory]
    [InlineData("defaults: [secret]")]
    [InlineData("defaults: [../secret]")]
    [InlineData("defaults:\n  - task: secret")]
    [InlineData("defaults: secret")]
    public void A_run_includes_no_other_file(string defaults)
    {
        _folder.Write("secret.yaml", $"task:\n  data: {Secret}\n");
        _folder.Write("run/secret.yaml", $"task:\n  data: {Secret}\n");
        _folder.Write("run/task/secret.yaml", $"data: {Secret}\n");
        var path = _folder.Write("run/config.yaml", $"{defaults}\nmodel:\n  label_rate: 100\noptimization:\n  max_update: 7\n");
        var config = ConfigLoader.LoadRun(path);
        Assert.Equal(7, config.Value.Optimization.MaxUpdate);
        Assert.DoesNotContain(config.Entries, e => e.Value.Contains(Secret));
        Assert.Equal([$"{path}:1: a run's configuration is data, its defaults list is not followed"], config.NotFollowed);
        Assert.Throws<UserException>(() => ConfigLoader.LoadRun(_folder.At("run", "config"))); // exactly this file, no other ending
    }

    [Fact]
    public void What_a_user_takes_from_the_environment_is_told_and_marked()
    {
        string[] given =
        [
            "task.data=${oc.env:HUBERTSHARP_TEST_SECRET}/x", "task.label_dir=${task.data}", "task.labels=[km]", "model.label_rate=100",
            "checkpoint.save_dir=x", "optimization.max_update=${oc.env:NO_SUCH_VARIABLE,5}",
        ];
        var config = ConfigLoader.Load("hubert_small_cpu", given);
        Assert.Equal($"{Secret}/x", config.Value.Task.LabelDir);
        Assert.Equal("task.data, task.label_dir: the value of the environment's HUBERTSHARP_TEST_SECRET is written into the run folder, "
            + "where whoever gets the folder can read it",
            Assert.Single(config.Notices, n => n.Contains("environment")));
        var yaml = config.ToYaml();
        Assert.Contains($"  data: {Secret}/x  # from the environment: HUBERTSHARP_TEST_SECRET\n", yaml);
        Assert.Equal(2, yaml.Split("# from the environment").Length - 1);
        var again = ConfigLoader.LoadRun(_folder.Write("config.yaml", yaml));
        Assert.Equal(config.Entries.Select(e => (e.Key, e.Value)), again.Entries.Select(e => (e.Key, e.Value)));
        Assert.Empty(again.NotFollowed);
    }

    public void Dispose() => _folder.Dispose();
}
