using System.Buffers.Binary;
using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.TensorBoard;

/// <summary>The scalars of one TensorBoard event: <c>Event{step=2, summary=5{value=1{tag=1, simple_value=2, tensor=8}}}</c>.</summary>
internal static class EventScalars
{
    private const int LongestTag = 512;

    /// <summary>Calls back for each scalar.</summary>
    /// <param name="message">One record.</param>
    /// <param name="scalar">Tag, step, value.</param>
    public static void Read(ReadOnlySpan<byte> message, Action<string, long, double> scalar)
    {
        long step = 0;
        ReadOnlySpan<byte> summary = default;
        var fields = new ProtoFields(message);
        while (fields.MoveNext())
        {
            if (fields.Field == 2)
                step = (long)fields.Number;
            else if (fields.Field == 5)
                summary = fields.Bytes;
        }
        if (step is < 0 or > 1_000_000_000_000_000)
            return;
        var values = new ProtoFields(summary);
        while (values.MoveNext())
        {
            if (values.Field == 1)
                ReadValue(values.Bytes, step, scalar);
        }
    }

    private static void ReadValue(ReadOnlySpan<byte> message, long step, Action<string, long, double> scalar)
    {
        string? tag = null;
        double? number = null;
        var fields = new ProtoFields(message);
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case 1 when fields.Bytes.Length <= LongestTag:
                    tag = Encoding.UTF8.GetString(fields.Bytes);
                    break;
                case 2:
                    number = BitConverter.UInt32BitsToSingle((uint)fields.Number);
                    break;
                case 8:
                    number ??= Tensor(fields.Bytes);
                    break;
            }
        }
        if (tag is not null && number is { } value)
            scalar(tag, step, value);
    }

    // A tensor of one number: float_val=5, double_val=6, or raw bytes in tensor_content=4 of dtype=1 (1 float, 2 double).
    private static double? Tensor(ReadOnlySpan<byte> message)
    {
        ulong type = 0;
        ReadOnlySpan<byte> content = default;
        double? value = null;
        var fields = new ProtoFields(message);
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case 1:
                    type = fields.Number;
                    break;
                case 4:
                    content = fields.Bytes;
                    break;
                case 5:
                    value = fields.Bytes.Length == 4 ? BinaryPrimitives.ReadSingleLittleEndian(fields.Bytes)
                        : fields.Bytes.Length == 0 ? BitConverter.UInt32BitsToSingle((uint)fields.Number)
                        : null;
                    break;
                case 6:
                    value = fields.Bytes.Length == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(fields.Bytes)
                        : fields.Bytes.Length == 0 ? BitConverter.UInt64BitsToDouble(fields.Number)
                        : null;
                    break;
            }
        }
        return value ?? (type, content.Length) switch
        {
            (1, 4) => BinaryPrimitives.ReadSingleLittleEndian(content),
            (2, 8) => BinaryPrimitives.ReadDoubleLittleEndian(content),
            _ => null,
        };
    }
}
