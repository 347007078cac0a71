using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace HubertSharp.Dashboard.Machine;

/// <summary>Asks the driver's own program about the GPUs. Without it, or when it fails or hangs, there are none to show.</summary>
/// <param name="searchPath">Folders to look for it in, as <c>PATH</c> names them.</param>
/// <param name="patience">How long it may take; three seconds unless said otherwise.</param>
internal sealed class NvidiaSmi(string? searchPath, TimeSpan? patience = null)
{
    private const int MaximumGpus = 64;
    private const int MaximumCharacters = 1 << 16;
    private static readonly string[] Query =
    [
        "--query-gpu=name,utilization.gpu,memory.used,memory.total,power.draw,temperature.gpu", "--format=csv,noheader,nounits",
    ];
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<GpuState>> LookAsync(CancellationToken cancellation)
    {
        var program = (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(f => Path.Combine(f, "nvidia-smi")).FirstOrDefault(File.Exists);
        if (program is null)
            return [];
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ends.CancelAfter(_patience);
        try
        {
            return Parse(await RunAsync(program, ends.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is Win32Exception or IOException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return [];
        }
    }

    /// <summary>Lines such as <c>NVIDIA H200, 97, 81234, 143771, 640.12, 61</c>; <c>[N/A]</c> and the like are no number.</summary>
    public static IReadOnlyList<GpuState> Parse(string text) =>
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(l => l.Split(',', StringSplitOptions.TrimEntries))
            .Where(c => c.Length == 6).Take(MaximumGpus)
            .Select(c => new GpuState(c[0], Number(c[1]) / 100, Number(c[2]), Number(c[3]), Number(c[4]), Number(c[5]))),
    ];

    private static async Task<string> RunAsync(string program, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, Query)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { }; // a full pipe would stop it
            process.BeginErrorReadLine();
            var text = new char[MaximumCharacters];
            var read = await process.StandardOutput.ReadBlockAsync(text, cancellation).ConfigureAwait(false);
            return new string(text, 0, read);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
