using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels.Training;

/// <summary>Records of one length in a file of this process's working folder.</summary>
internal sealed class SpillFile : RecordReader
{
    private const int BufferRecords = 1 << 13;

    private readonly FileStream _file;
    private readonly uint[] _buffer;
    private readonly int _stride;
    private int _at;
    private int _end;

    private SpillFile(FileStream file, int stride)
    {
        (_file, _stride, _buffer) = (file, stride, new uint[BufferRecords * stride]);
        _at = -stride;
    }

    public override ReadOnlySpan<uint> Current => _buffer.AsSpan(_at, _stride);

    /// <summary>Nothing has been read yet.</summary>
    public bool IsBefore => _end == 0;

    public static SpillFile Open(string path, int stride) => new(RegularFile.OpenRead(path, bufferSize: 0), stride);

    public static SpillFileWriter Create(string path, int stride) => new(path, stride);

    public override bool MoveNext()
    {
        _at += _stride;
        if (_at < _end)
            return true;
        var bytes = _file.ReadAtLeast(MemoryMarshal.AsBytes(_buffer.AsSpan()), _buffer.Length * sizeof(uint), throwOnEndOfStream: false);
        (_at, _end) = (0, bytes / sizeof(uint));
        return _end > 0;
    }

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }
}
