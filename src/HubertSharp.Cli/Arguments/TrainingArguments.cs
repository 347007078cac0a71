using System.CommandLine;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Cli.Arguments;

/// <summary>What every verb that trains takes: its configuration, its run folder, and how it is watched.</summary>
/// <param name="bundled">Names of the configurations that it may take.</param>
/// <param name="example">One of them, and what it is for.</param>
/// <param name="overrideExample">Overrides such as ...</param>
internal sealed class TrainingArguments(IReadOnlyList<string> bundled, string example, string overrideExample)
{
    public Option<string?> ConfigName { get; } = new("--config-name")
    {
        Description = $"A bundled configuration ({string.Join(", ", bundled)}), or a file with --config-dir.",
    };

    public Option<DirectoryInfo?> ConfigDir { get; } = new("--config-dir") { Description = "Folder of your own configuration files." };

    public Option<string?> Run { get; } = new("--run")
    {
        Description = "Run folder; the same folder again goes on from its newest checkpoint. Default: hydra.run.dir, "
            + "checkpoint.save_dir, else runs/CONFIG-NAME.",
    };

    public Option<bool> ForceLabels { get; } =
        new("--force-labels") { Description = "Train although the label check found what cannot work." };

    public Option<bool> StopOnBroken { get; } = new("--stop-on-broken")
    {
        Description = "Write a checkpoint and stop (exit code 1) once the doctor finds the run broken.",
    };

    public Option<string?> Webhook { get; } = new("--webhook")
    {
        Description =
            $"Post what the doctor finds at validations to this http(s) address, as JSON with a field text. "
            + $"An address that is a secret goes into the environment variable {WebhookAddress.Variable}: "
            + $"others can see a command line.",
    };

    public Option<bool> NoDoctor { get; } = new("--no-doctor") { Description = "No look at the curves at validations." };

    public ProcessArguments Share { get; } = new(
        "Train with so many processes of this machine, started by mpirun; each takes optimization.update_freq micro-batches "
        + "of an update and its share of the cores.", trains: true);

    public Argument<string[]> Overrides { get; } = new("key=value")
    {
        Description = $"Overrides such as {overrideExample}.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public TrainingWatchOptions Watch(ParseResult parsed) => new()
    {
        Enabled = !parsed.GetValue(NoDoctor),
        StopOnBroken = parsed.GetValue(StopOnBroken),
        Webhook = WebhookAddress.Of(parsed.GetValue(Webhook), Environment.GetEnvironmentVariable(WebhookAddress.Variable)),
    };

    /// <summary>The configuration, the run's folder, and the overrides with that folder among them.</summary>
    /// <exception cref="UserException">No configuration.</exception>
    public (string Configuration, string Folder, string[] Overrides) Resolve(ParseResult parsed)
    {
        var name = parsed.GetValue(ConfigName) ?? throw UserException.Create("which configuration?", "--config-name",
            $"one of {string.Join(", ", bundled)}, or your own with --config-dir", "none", example);
        var overrides = parsed.GetValue(Overrides) ?? [];
        var folder = FolderOf(parsed.GetValue(Run), name, overrides);
        string[] all = overrides.Any(o => o.TrimStart('+').StartsWith("checkpoint.save_dir=", StringComparison.Ordinal))
            ? overrides
            : [.. overrides, $"checkpoint.save_dir={Path.Combine(folder, RunFolder.CheckpointsName)}"];
        return (parsed.GetValue(ConfigDir) is { } dir ? Path.Combine(dir.FullName, name) : name, folder, all);
    }

    /// <summary>The run folder that a <c>checkpoint.save_dir</c> lies in, or is.</summary>
    public static string FolderOfSaveDir(string saveDir) => Path.GetFileName(saveDir.TrimEnd('/')) == RunFolder.CheckpointsName
        ? Path.GetDirectoryName(saveDir.TrimEnd('/'))!
        : saveDir;

    private static string FolderOf(string? run, string configName, string[] overrides)
    {
        if (run is not null)
            return run;
        if (Value("hydra.run.dir") is { } hydra)
            return hydra;
        if (Value("checkpoint.save_dir") is { } saveDir)
            return FolderOfSaveDir(saveDir);
        return Path.Combine("runs", Path.GetFileNameWithoutExtension(configName));

        string? Value(string key) => overrides.Select(o => o.TrimStart('+'))
            .LastOrDefault(o => o.StartsWith($"{key}=", StringComparison.Ordinal))?[(key.Length + 1)..];
    }
}
