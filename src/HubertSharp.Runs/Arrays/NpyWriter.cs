using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Arrays;

/// <summary>
/// Writes a float32 <c>.npy</c> array of two dimensions row by row, under a working name; the array appears under its own name,
/// whole, when <see cref="Publish"/> is called, and never otherwise.
/// </summary>
/// <remarks>
/// Without <see cref="Publish"/>, <see cref="Dispose"/> deletes the partial file. A process that is killed leaves only that file, which the
/// next one clears.
/// </remarks>
public sealed class NpyWriter : IDisposable
{
    private readonly string _partial;
    private readonly SafeFileHandle _file;
    private long _appendedRows;
    private long? _completedRows;
    private bool _published;

    private NpyWriter(string path, string partial, SafeFileHandle file, int columns)
    {
        Path = path;
        _partial = partial;
        _file = file;
        Columns = columns;
    }

    public string Path { get; }

    public int Columns { get; }

    /// <param name="path">Where the array goes; the folder is made when it is not there.</param>
    /// <param name="columns">Elements of one row, above 0.</param>
    /// <exception cref="UserException">Something else is there, the file cannot be written, or another process writes it.</exception>
    public static NpyWriter Create(string path, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        OutputKind.Array.PlaceOf(path);
        var partial = WorkName.Beside(path);
        SafeFileHandle? file = null;
        try
        {
            var folder = System.IO.Path.GetDirectoryName(partial)!;
            Directory.CreateDirectory(folder);
            Leftovers.Clear(folder);
            foreach (var other in Leftovers.Find(folder)
                .Where(other => WorkName.PlaceOf(other, WorkName.Partial) == System.IO.Path.GetFileName(path)))
                ThrowIfHeld(other);
#pragma warning disable RS0030 // to write: a file of its own
            file = File.OpenHandle(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None);
#pragma warning restore RS0030
            RandomAccess.Write(file, NpyHeader.Format(NpyElementType.Float32, 0, columns), 0);
            return new NpyWriter(path, partial, file, columns);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw NpyFaults.CannotWrite(path, e);
        }
    }

    // whoever writes a file keeps it locked; the system lets go when the process ends, however it ends
    private static void ThrowIfHeld(string partial)
    {
        try
        {
#pragma warning disable RS0030 // for its lock: the name is one of ours
            using var held = File.OpenHandle(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
#pragma warning restore RS0030
        }
        catch (FileNotFoundException)
        {
            // it has come to its place meanwhile
        }
    }

    /// <summary>Writes a whole array at once.</summary>
    /// <param name="path">Where the array goes.</param>
    /// <param name="values">Row after row.</param>
    /// <param name="columns">Elements of one row.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> values, int columns)
    {
        using var writer = Create(path, columns);
        writer.Append(values);
        writer.Complete(values.Length / columns);
        writer.Publish();
    }

    /// <summary>Writes whole rows after the last appended one.</summary>
    /// <exception cref="UserException">The disk is full or gone.</exception>
    public void Append(ReadOnlySpan<float> rows)
    {
        WriteAt(_appendedRows, rows);
        _appendedRows += rows.Length / Columns;
    }

    /// <summary>
    /// Writes whole rows from <paramref name="row"/> on; rows that lie apart may be written from several threads at once.
    /// </summary>
    /// <exception cref="UserException">The disk is full or gone.</exception>
    public void WriteAt(long row, ReadOnlySpan<float> rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        if (rows.Length % Columns != 0)
            throw new ArgumentException($"{rows.Length} elements are no whole number of rows of {Columns}", nameof(rows));
        try
        {
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(rows), NpyHeader.WrittenBytes + (row * Columns * sizeof(float)));
        }
        catch (IOException e)
        {
            throw NpyFaults.CannotWrite(Path, e);
        }
    }

    /// <summary>Writes the header of <paramref name="rows"/> rows and brings everything to the disk.</summary>
    /// <exception cref="UserException">The disk is full or gone.</exception>
    public void Complete(long rows)
    {
        try
        {
            var bytes = NpyHeader.WrittenBytes + (rows * Columns * sizeof(float));
            if (RandomAccess.GetLength(_file) != bytes)
                throw new InvalidOperationException($"{RandomAccess.GetLength(_file)} bytes were written, {bytes} expected");
            RandomAccess.Write(_file, NpyHeader.Format(NpyElementType.Float32, rows, Columns), 0);
            DiskSync.Flush(_file, _partial);
            _completedRows = rows;
        }
        catch (IOException e)
        {
            throw NpyFaults.CannotWrite(Path, e);
        }
    }

    /// <summary>Gives the completed array its own name.</summary>
    /// <exception cref="UserException">The file cannot be renamed.</exception>
    public void Publish()
    {
        if (_completedRows is null)
            throw new InvalidOperationException("complete the array first");
        try
        {
            Owned.Publish(_partial, Path);
            _published = true;
            _file.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NpyFaults.CannotWrite(Path, e);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_published)
            return;
        try
        {
            Owned.DeleteWork(_partial);
        }
        catch (IOException)
        {
            // the fault that brought us here is the one to report
        }
    }
}
