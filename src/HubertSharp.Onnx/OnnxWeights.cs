using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;

namespace HubertSharp.Onnx;

/// <summary>
/// Looks through the weights of a model before it is used: of a NaN in them a units model makes wrong units, without a word. ONNX
/// Runtime has read the file by then, so its form is not doubted here.
/// </summary>
/// <remarks>
/// onnx.proto: ModelProto: graph 7; GraphProto: initializer 5; TensorProto: dims 1, data_type 2, name 8, raw_data 9, external_data 13;
/// StringStringEntryProto: key 1, value 2. Memory: 2 MiB.
/// </remarks>
internal static class OnnxWeights
{
    private const int PieceBytes = 1 << 20, LongestText = 1 << 12;
    private const long Float32 = 1, Float16 = 10, Float64 = 11, BFloat16 = 16;

    /// <exception cref="Runs.UserException">A number of a weight is NaN or infinite.</exception>
    public static void Check(string path)
    {
        using var file = RegularFile.OpenRead(path, PieceBytes);
        using var reader = new BinaryReader(file);
        foreach (var (field, _, modelEnd) in Fields(reader, file.Length))
        {
            if (field != 7)
                continue;
            foreach (var (part, _, end) in Fields(reader, modelEnd))
            {
                if (part == 5)
                    Tensor(path, reader, end);
            }
        }
    }

    private static void Tensor(string path, BinaryReader reader, long end)
    {
        var (hasAxes, type, name) = (false, 0L, "");
        var (file, at, length) = (path, 0L, 0L);
        foreach (var (field, number, fieldEnd) in Fields(reader, end))
        {
            switch (field)
            {
                case 1:
                    hasAxes = true;
                    break;
                case 2:
                    type = number;
                    break;
                case 8:
                    name = Text(reader, fieldEnd);
                    break;
                case 9:
                    (at, length) = (reader.BaseStream.Position, fieldEnd - reader.BaseStream.Position);
                    break;
                case 13:
                    var (key, value) = Entry(reader, fieldEnd);
                    if (key == "location")
                        file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, value);
                    else if (key == "offset")
                        at = long.Parse(value, CultureInfo.InvariantCulture);
                    else if (key == "length")
                        length = long.Parse(value, CultureInfo.InvariantCulture);
                    break;
            }
        }
        if (!hasAxes || type is not (Float32 or Float64 or Float16 or BFloat16))
            return; // a number alone is no weight: the one that hides padding is -infinity
        if (file == path)
        {
            Numbers(path, reader.BaseStream, name, type, at, length);
            return;
        }
        using var beside = RegularFile.OpenRead(file, PieceBytes);
        Numbers(file, beside, name, type, at, length);
    }

    private static void Numbers(string path, Stream stream, string name, long type, long at, long length)
    {
        var width = type switch { Float64 => sizeof(double), Float32 => sizeof(float), _ => sizeof(ushort) };
        var bytes = new byte[Math.Min(length, PieceBytes)];
        stream.Position = at;
        for (var read = 0L; read < length; read += bytes.Length)
        {
            var piece = bytes.AsSpan(0, (int)Math.Min(length - read, bytes.Length));
            stream.ReadExactly(piece);
            var index = type switch
            {
                Float64 => FiniteNumbers.IndexOfOther(MemoryMarshal.Cast<byte, double>(piece)),
                Float32 => FiniteNumbers.IndexOfOther(MemoryMarshal.Cast<byte, float>(piece)),
                _ => FiniteNumbers.IndexOfOther(MemoryMarshal.Cast<byte, ushort>(piece), (ushort)(type == Float16 ? 0x7c00 : 0x7f80)),
            };
            if (index >= 0)
                throw OnnxFaults.WeightNotFinite(path, name, (read / width) + index, length / width);
        }
    }

    /// <summary>
    /// The fields of a message: number, value, and where a field with a length ends. Whoever asks may read on from its start.
    /// </summary>
    private static IEnumerable<(long Field, long Number, long End)> Fields(BinaryReader reader, long end)
    {
        while (reader.BaseStream.Position < end)
        {
            var key = reader.Read7BitEncodedInt64();
            var number = (key & 7) switch
            {
                0 or 2 => reader.Read7BitEncodedInt64(),
                1 => reader.ReadInt64(),
                _ => reader.ReadInt32(),
            };
            var fieldEnd = reader.BaseStream.Position + ((key & 7) == 2 ? number : 0);
            yield return (key >> 3, number, fieldEnd);
            reader.BaseStream.Position = fieldEnd;
        }
    }

    private static (string Key, string Value) Entry(BinaryReader reader, long end)
    {
        var (key, value) = ("", "");
        foreach (var (field, _, fieldEnd) in Fields(reader, end))
        {
            if (field == 1)
                key = Text(reader, fieldEnd);
            else if (field == 2)
                value = Text(reader, fieldEnd);
        }
        return (key, value);
    }

    private static string Text(BinaryReader reader, long end) =>
        Encoding.UTF8.GetString(reader.ReadBytes((int)Math.Min(end - reader.BaseStream.Position, LongestText)));
}
