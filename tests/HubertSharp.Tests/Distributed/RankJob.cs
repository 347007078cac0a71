using System.Security.Cryptography;
using HubertSharp.Distributed;
using HubertSharp.Tests.Cli;
using HubertSharp.Tests.Pretraining;

namespace HubertSharp.Tests.Distributed;

/// <summary>A very small pre-training in several processes of the real program, started by a real <c>mpirun</c>.</summary>
internal static class RankJob
{
    public static HubertProcess Start(TinyRun run, int processes, string[] settings) => HubertProcess.Start(
        ["pretrain", "--config-name", "hubert_small_cpu", "--run", run.Folder, "--nproc", $"{processes}", .. run.Overrides, .. settings]);

    public static HubertResult Run(TinyRun run, int processes, string[] settings)
    {
        using var process = Start(run, processes, settings);
        return process.WaitForEnd();
    }

    public static void Ends(int exitCode, HubertResult result) =>
        Assert.True(result.ExitCode == exitCode, $"{result.ExitCode}: {result.Error}");

    /// <summary>For a shell.</summary>
    public static string Words(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(a => $"\"{a}\""));

    /// <summary>What a rank does once it has come to an update; the report of a job before has another process.</summary>
    public static RankReport RankAt(TinyRun run, HubertProcess job, int rank, int before, long update)
    {
        RankReport? report = null;
        Patience.Until(
            () => job.HasEnded || ((report = Report(run, rank)) is { } at && at.Process != before && at.Update >= update), "an update");
        Assert.False(job.HasEnded, "the job ended by itself");
        return report!;
    }

    public static RankReport? Report(TinyRun run, int rank) => RankReport.TryRead(Path.Combine(run.Folder, MpiReplicas.FolderName), rank);

    /// <summary>Hashes of the newest checkpoint.</summary>
    public static string Weights(TinyRun run) => string.Join(' ', ((string[])["model.safetensors", "optimizer.safetensors"]).Select(file =>
        Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(run.Folder, "checkpoints", "checkpoint_last", file))))));
}
