namespace HubertSharp.LanguageModels.Training;

/// <summary>A count, or a number, in the last two places of a record.</summary>
internal static class RecordCount
{
    public static ulong Of(ReadOnlySpan<uint> record) => record[^2] | ((ulong)record[^1] << 32);

    public static void Set(Span<uint> record, ulong count) => (record[^2], record[^1]) = ((uint)count, (uint)(count >> 32));

    public static double NumberOf(ReadOnlySpan<uint> record) => BitConverter.UInt64BitsToDouble(Of(record));

    public static void SetNumber(Span<uint> record, double number) => Set(record, BitConverter.DoubleToUInt64Bits(number));
}
