using System.Text;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;

namespace HubertSharp.Tests.Doctor.Logs.TensorBoard;

/// <summary>Writes TensorBoard event files: what torch.utils.tensorboard and tensorboardX put into them.</summary>
internal static class EventFiles
{
    public static string Write(string path, IEnumerable<(string Tag, long Step, float Value)> scalars, bool asTensor = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        file.Write(Record(Field(3, "brain.Event:2"u8)));
        foreach (var (tag, step, value) in scalars)
            file.Write(Record(Event(tag, step, value, asTensor)));
        return path;
    }

    public static byte[] Record(byte[] data)
    {
        var length = BitConverter.GetBytes((long)data.Length);
        return [.. length, .. BitConverter.GetBytes(Crc32C.Masked(length)), .. data, .. BitConverter.GetBytes(Crc32C.Masked(data))];
    }

    public static byte[] Event(string tag, long step, float value, bool asTensor = false)
    {
        // a tensor of dtype 1 (float) with a packed float_val, or Summary.Value's own simple_value
        byte[] number = asTensor ? Field(8, [0x08, 1, .. Field(5, BitConverter.GetBytes(value))]) : [0x15, .. BitConverter.GetBytes(value)];
        return [0x09, .. BitConverter.GetBytes(1.7e9), 0x10, .. Varint((ulong)step),
            .. Field(5, Field(1, [.. Field(1, Encoding.UTF8.GetBytes(tag)), .. number]))];
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) =>
        [(byte)((number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
