using System.Collections;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Training.Data;

/// <summary>The lengths of utterances in samples, read from their manifest as they are asked for.</summary>
/// <param name="manifest">The manifest.</param>
/// <param name="of">Utterances; null for all of them in their order.</param>
internal sealed class Lengths(Manifest manifest, int[]? of) : IReadOnlyList<long>
{
    public int Count { get; } = of?.Length ?? manifest.Entries.Count;

    public long this[int index] => manifest.Samples(of is null ? index : of[index]);

    public IEnumerator<long> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
