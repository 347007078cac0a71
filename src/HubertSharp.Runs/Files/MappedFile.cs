using System.IO.MemoryMappedFiles;

namespace HubertSharp.Runs.Files;

/// <summary>A file whose bytes are read where the system has them; the processes of a machine share them.</summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private bool _disposed;

    /// <exception cref="UserException">No regular file.</exception>
    /// <exception cref="IOException">Not there, empty, or it cannot be opened.</exception>
    public MappedFile(string path)
    {
        var stream = RegularFile.OpenRead(path, bufferSize: 0);
        try
        {
            Length = stream.Length;
            if (Length == 0)
                throw new IOException($"'{path}' is empty"); // nothing can be mapped of it
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
                leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            GC.SuppressFinalize(this);
            throw;
        }
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start + _view.PointerOffset;
    }

    ~MappedFile() => Release();

    /// <summary>Where the bytes begin; null when nothing is mapped.</summary>
    public byte* Start { get; private set; }

    public long Length { get; }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Release();
        _view.Dispose();
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (Start is null)
            return;
        Start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
    }
}
