using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Arrays;

/// <summary>Writes a <c>.npy</c> array of whole numbers.</summary>
public static class NpyIntegers
{
    /// <summary>Writes an int64 array of two dimensions, whole or not at all.</summary>
    /// <param name="path">Where it goes; the folder is made when it is not there.</param>
    /// <param name="values">Row after row.</param>
    /// <param name="rows">Of the array.</param>
    /// <param name="columns">Of the array.</param>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, long[] values, long rows, long columns)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != rows * columns)
            throw new ArgumentException($"{values.LongLength} elements are not {rows} rows of {columns}", nameof(values));
        AtomicFile.Write(path, stream =>
        {
            stream.Write(NpyHeader.Format(NpyElementType.Int64, rows, columns));
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        });
    }
}
