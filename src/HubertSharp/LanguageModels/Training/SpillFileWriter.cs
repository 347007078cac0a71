using System.Runtime.InteropServices;

namespace HubertSharp.LanguageModels.Training;

/// <summary>Writes records of one length.</summary>
internal sealed class SpillFileWriter(string path, int stride) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 17);

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<uint> record)
    {
        if (record.Length != stride)
            throw new ArgumentException($"a record of {record.Length} numbers, not of {stride}", nameof(record));
        _file.Write(MemoryMarshal.AsBytes(record));
        Count++;
    }

    public void Add(ReadOnlySpan<uint> words, ReadOnlySpan<uint> said)
    {
        if (words.Length + said.Length != stride)
            throw new ArgumentException($"a record of {words.Length + said.Length} numbers, not of {stride}", nameof(said));
        _file.Write(MemoryMarshal.AsBytes(words));
        _file.Write(MemoryMarshal.AsBytes(said));
        Count++;
    }

    public void Dispose() => _file.Dispose();
}
