using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Arrays;

/// <summary>
/// Reads a <c>.npy</c> array of numbers, in row-major order, whole or by ranges of rows, without ever holding more than is asked for.
/// </summary>
/// <remarks>
/// A row is everything after the first dimension. The header is checked against the length of the file before anything is
/// allocated by it. Reading is thread-safe.
/// Memory: at most 8 bytes per byte of the file, and 1 MiB.
/// </remarks>
public sealed class NpyReader : IDisposable
{
    private const int ConversionBytes = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly NpyHeader _header;
    private readonly int _elementBytes;

    private NpyReader(string path, SafeFileHandle file, NpyHeader header, long rowElements)
    {
        Path = path;
        _file = file;
        _header = header;
        _elementBytes = NpyHeader.BytesOf(header.ElementType);
        RowElements = rowElements;
    }

    public string Path { get; }

    public NpyElementType ElementType => _header.ElementType;

    /// <summary>The sizes as the header gives them; empty for a single number.</summary>
    public IReadOnlyList<long> Shape => _header.Shape;

    /// <summary>The first dimension; 1 for a single number.</summary>
    public long Rows => _header.Shape.Length == 0 ? 1 : _header.Shape[0];

    /// <summary>Elements of one row: the product of all dimensions but the first.</summary>
    public long RowElements { get; }

    /// <exception cref="UserException">Missing, not a <c>.npy</c> file, of an unsupported kind, or of another length than its header
    /// says.</exception>
    public static NpyReader Open(string path)
    {
        if (!File.Exists(path))
            throw NpyFaults.Missing(path);
        SafeFileHandle? file = null;
        try
        {
            file = RegularFile.OpenHandle(path);
            var fileBytes = RandomAccess.GetLength(file);
            var header = NpyHeader.Read(path, fileBytes, (offset, bytes) => ReadFully(file, bytes, offset));
            var shape = $"({string.Join(", ", header.Shape)})";
            var elements = NpyHeader.Elements(header.Shape) ?? throw NpyFaults.Header(path, "a shape that fits a file", shape);
            var rowElements = header.Shape.Length == 0 ? 1 : NpyHeader.Elements(header.Shape.AsSpan(1));
            if (rowElements is null)
                throw NpyFaults.Header(path, "a shape that fits a file", shape);
            if (elements * NpyHeader.BytesOf(header.ElementType) != fileBytes - header.DataOffset)
                throw NpyFaults.Length(path, shape, elements * NpyHeader.BytesOf(header.ElementType), fileBytes - header.DataOffset);
            return new NpyReader(path, file, header, (long)rowElements.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw NpyFaults.CannotRead(path, e);
        }
        catch (UserException)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Opens an array of exactly two dimensions, of floating-point numbers: [frames, dimensions].</summary>
    /// <exception cref="UserException">As <see cref="Open"/>, or another number of dimensions or kind of number.</exception>
    public static NpyReader OpenFrames(string path)
    {
        var reader = Open(path);
        if (reader.Shape.Count == 2 && reader.RowElements is > 0 and <= 1 << 20 && reader.ElementType >= NpyElementType.Float16)
            return reader;
        var found = $"{reader.ElementType} ({string.Join(", ", reader.Shape)})";
        reader.Dispose();
        throw NpyFaults.Rank(path, "floating-point numbers [frames, dimensions]", found);
    }

    /// <summary>Reads <c>destination.Length / RowElements</c> rows from <paramref name="startRow"/> on, converted to float32.</summary>
    /// <exception cref="ArgumentException">The rows lie outside the array, or the span is no whole number of rows.</exception>
    /// <exception cref="UserException">The file cannot be read, or has become shorter.</exception>
    public void ReadRows(long startRow, Span<float> destination)
    {
        if (RowElements == 0 || destination.Length % RowElements != 0)
            throw new ArgumentException($"{destination.Length} elements are no whole number of rows of {RowElements}", nameof(destination));
        if (startRow < 0 || startRow > Rows || destination.Length / RowElements > Rows - startRow)
            throw new ArgumentOutOfRangeException(nameof(startRow));
        ReadElements(startRow * RowElements, destination);
    }

    /// <summary>The whole array as float32.</summary>
    /// <exception cref="UserException">The file cannot be read, or holds more than one .NET array can.</exception>
    public float[] ReadFloats() => ReadAll<float>();

    /// <summary>The whole array as integers; only of an integer array.</summary>
    /// <exception cref="UserException">The file cannot be read, holds no integers, or more than one .NET array can.</exception>
    public long[] ReadIntegers() =>
        ElementType < NpyElementType.Float16 ? ReadAll<long>() : throw NpyFaults.Rank(Path, "integers", $"{ElementType}");

    public void Dispose() => _file.Dispose();

    private T[] ReadAll<T>()
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var count = NpyHeader.Elements(_header.Shape)!.Value;
        if (count > Array.MaxLength)
            throw NpyFaults.Unsupported(Path, $"at most {Array.MaxLength} elements at once", $"{count}");
        var values = new T[(int)count];
        ReadElements<T>(0, values);
        return values;
    }

    private void ReadElements<T>(long startElement, Span<T> destination)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var offset = _header.DataOffset + (startElement * _elementBytes);
        if (typeof(T) == typeof(float) && ElementType == NpyElementType.Float32)
        {
            Fill(offset, MemoryMarshal.AsBytes(destination));
            return;
        }
        var buffer = new byte[Math.Min(ConversionBytes, destination.Length * (long)_elementBytes)];
        while (!destination.IsEmpty)
        {
            var count = Math.Min(destination.Length, buffer.Length / _elementBytes);
            var bytes = buffer.AsSpan(0, count * _elementBytes);
            Fill(offset, bytes);
            NpyConversion.Convert(bytes, ElementType, destination[..count]);
            destination = destination[count..];
            offset += bytes.Length;
        }
    }

    private void Fill(long offset, Span<byte> bytes)
    {
        int read;
        try
        {
            read = ReadFully(_file, bytes, offset);
        }
        catch (IOException e)
        {
            throw NpyFaults.CannotRead(Path, e);
        }
        if (read != bytes.Length)
            throw NpyFaults.Length(Path, $"({string.Join(", ", Shape)})", offset + bytes.Length - _header.DataOffset,
                offset + read - _header.DataOffset);
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        var total = 0;
        while (total < bytes.Length && RandomAccess.Read(file, bytes[total..], offset + total) is > 0 and var read)
            total += read;
        return total;
    }
}
