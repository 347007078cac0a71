using System.Collections.Concurrent;
using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>What one file of a folder is worth to a manifest.</summary>
/// <param name="LengthSamples">At 16 kHz; 0 where it cannot be read.</param>
/// <param name="LimitHz">The upper end of its spectrum.</param>
/// <param name="Fault">Why it is left out, or null.</param>
internal readonly record struct CheckedFile(long LengthSamples, double LimitHz, string? Fault)
{
    /// <summary>Reads a file, or with <paramref name="quick"/> what its header proves.</summary>
    public static CheckedFile Of(string root, string relativePath, long shortestSamples, bool quick, CancellationToken cancellation)
    {
        try
        {
            var path = Path.Combine(root, relativePath);
            if (!IsUtf8(path))
                throw CorpusFaults.NameNotUtf8(relativePath);
            if (relativePath.Any(char.IsControl))
                throw CorpusFaults.OddName(relativePath);
            var link = new FileInfo(path);
            if (link.LinkTarget is { } target // nothing there is no link, and told by the reading; a file that is none counts as there
                && link.ResolveLinkTarget(returnFinalTarget: false) is { Exists: false })
                throw CorpusFaults.BrokenLink(relativePath, target);
            return quick ? Quick(path, shortestSamples, cancellation) : Whole(path, shortestSamples, cancellation);
        }
        catch (UserException e) when (e.InnerException is not DllNotFoundException) // a missing library is no fault of the file
        {
            return new CheckedFile(0, Bandwidth.FullHz, e.Message);
        }
    }

    /// <summary>Whether a name that was read from a folder leads back to its file: bytes that are no UTF-8 are lost in it.</summary>
    public static bool IsUtf8(string path) => !path.Contains('\uFFFD') || Path.Exists(path);

    private static CheckedFile Quick(string path, long shortestSamples, CancellationToken cancellation)
    {
        var info = AudioFile.Probe(path, cancellation);
        return new CheckedFile(info.LengthSamples16k, Bandwidth.LimitHz([], info.SampleRate),
            TooShort(info.LengthSamples16k, shortestSamples));
    }

    private static CheckedFile Whole(string path, long shortestSamples, CancellationToken cancellation)
    {
        var samples = AudioFile.Read(path, out var source, cancellation);
        var fault = source.ChannelsCancel ? CorpusFaults.ChannelsCancel(source.Channels)
            : samples.AsSpan().ContainsAnyExcept(samples[0]) ? TooShort(samples.Length, shortestSamples)
            : CorpusFaults.Silent(samples[0]);
        return new CheckedFile(samples.Length, Bandwidth.LimitHz(samples, source.SampleRate), fault);
    }

    private static string? TooShort(long lengthSamples, long shortestSamples) =>
        lengthSamples < shortestSamples ? CorpusFaults.TooShort(lengthSamples, shortestSamples) : null;
}

/// <summary>What the files of a folder are worth to a manifest, a dozen bytes each. Any thread may set one.</summary>
internal sealed class CheckedFiles(int count)
{
    private readonly long[] _lengths = new long[count];
    private readonly float[] _limits = new float[count];
    private readonly ConcurrentDictionary<int, string> _faults = new();

    public int Count => count;

    /// <summary>Those that can be used, in their order.</summary>
    public IEnumerable<int> Usable => Enumerable.Range(0, count).Where(i => !_faults.ContainsKey(i));

    public int UsableCount => count - _faults.Count;

    /// <summary>Those that cannot, with the reason.</summary>
    public IEnumerable<(int Index, string Fault)> Faults => _faults.OrderBy(f => f.Key).Select(f => (f.Key, f.Value));

    public CheckedFile this[int index]
    {
        get => new(_lengths[index], _limits[index], _faults.GetValueOrDefault(index));
        set
        {
            (_lengths[index], _limits[index]) = (value.LengthSamples, (float)value.LimitHz);
            if (value.Fault is { } fault)
                _faults[index] = fault;
        }
    }
}
