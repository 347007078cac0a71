using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// Parts of a manifest's utterances as WAV, through the reader that the program brings; bounded in length, and two at a time, since a
/// training may run on the same machine.
/// </summary>
/// <param name="read">Null where the program brings none: then nothing is decoded.</param>
/// <param name="roots">Where audio may come from.</param>
internal sealed class DecodedAudio(ReadAudio? read, AudioRoots roots) : IDisposable
{
    /// <summary>Rate of everything that is read.</summary>
    public const int SampleRate = SamplingRate.Hz;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const long MaximumSamples = 600L * SampleRate;
    private readonly SemaphoreSlim _free = new(2);

    /// <summary>Whether a part may be decoded at all; the file itself is looked at when it is asked for.</summary>
    public bool Takes(ManifestEntry entry, long start, long length) =>
        read is not null && start >= 0 && length is > 0 and <= MaximumSamples && start <= entry.LengthSamples - length;

    /// <summary>
    /// A part of an utterance; null where it may not be decoded, or its file leaves the manifest's root, passes a link, or is not there.
    /// </summary>
    /// <exception cref="HubertSharp.Runs.UserException">Damaged, no audio, or too long in coming.</exception>
    /// <exception cref="AudioElsewhereException">It lies where no audio may come from.</exception>
    public async Task<byte[]?> WavAsync(Manifest manifest, int index, long start, long length, CancellationToken cancellation)
    {
        if (!Takes(manifest.Entries[index], start, length) || roots.File(manifest, index) is not { } path)
            return null;
        await _free.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            ends.CancelAfter(Patience);
            var samples = await Task.Run(() => read!(path, start, (int)length, ends.Token), cancellation).ConfigureAwait(false);
            return WavBytes.Of(samples, SampleRate);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw DashboardFaults.TooSlow(path, Patience);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
