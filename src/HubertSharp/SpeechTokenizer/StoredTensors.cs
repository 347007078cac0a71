using System.Collections;
using System.Diagnostics.CodeAnalysis;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.SpeechTokenizer;

/// <summary>
/// Tensors that stay in their file: whoever asks for one gets it read anew, so that a network is built in the memory of its weights and of
/// one tensor.
/// </summary>
/// <param name="names">Released names, and those of the file.</param>
/// <param name="read">Reads the tensor of a released name.</param>
internal sealed class StoredTensors(IReadOnlyDictionary<string, string> names, Func<string, SafetensorsTensor> read)
    : IReadOnlyDictionary<string, SafetensorsTensor>
{
    public int Count => names.Count;

    public IEnumerable<string> Keys => names.Keys;

    public IEnumerable<SafetensorsTensor> Values => names.Keys.Select(read);

    public SafetensorsTensor this[string key] => names.ContainsKey(key) ? read(key) : throw new KeyNotFoundException(key);

    public bool ContainsKey(string key) => names.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out SafetensorsTensor value)
    {
        value = names.ContainsKey(key) ? read(key) : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, SafetensorsTensor>> GetEnumerator() =>
        names.Keys.Select(name => KeyValuePair.Create(name, read(name))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
