using Google.Protobuf;

namespace HubertSharp.Interop.Onnx;

/// <summary>
/// One protobuf message under construction: fields by number, in the order in which they are added. Nested messages and weights
/// are kept as they are, not copied, so that a model is in memory once.
/// </summary>
/// <remarks>
/// ONNX needs nine kinds of messages with a few fields each, so the numbers stand beside their names where they are used
/// (<see cref="OnnxProto"/>, <see cref="OnnxGraph.Write"/>). What Google's generator makes of onnx.proto is 12,000 lines, and the generator
/// is not among this project's packages. Source: onnx.proto of ONNX 1.16 (IR version 9).
/// </remarks>
internal sealed class OnnxMessage
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];

    /// <summary>Bytes of the message.</summary>
    public long Length { get; private set; }

    public OnnxMessage Add(int field, long value) =>
        Scalar(field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    public OnnxMessage Add(int field, float value) =>
        Scalar(field, WireFormat.WireType.Fixed32, sizeof(float), output => output.WriteFloat(value));

    public OnnxMessage Add(int field, string value) =>
        Scalar(field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(value), output => output.WriteString(value));

    public OnnxMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        Prefix(field, value.Length);
        return Append(value);
    }

    public OnnxMessage Add(int field, OnnxMessage value)
    {
        Prefix(field, value.Length);
        value._pieces.ForEach(piece => Append(piece));
        return this;
    }

    public void WriteTo(Stream stream)
    {
        foreach (var piece in _pieces)
            stream.Write(piece.Span);
    }

    private void Prefix(int field, long length) =>
        Scalar(field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeUInt64Size((ulong)length),
            output => output.WriteUInt64((ulong)length));

    private OnnxMessage Scalar(int field, WireFormat.WireType type, int size, Action<CodedOutputStream> write)
    {
        var bytes = new byte[CodedOutputStream.ComputeTagSize(field) + size];
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(field, type);
        write(output);
        return Append(bytes);
    }

    private OnnxMessage Append(ReadOnlyMemory<byte> piece)
    {
        _pieces.Add(piece);
        Length += piece.Length;
        return this;
    }
}
