namespace HubertSharp.Interop.Onnx;

/// <summary>Element types of ONNX tensors (<c>TensorProto.DataType</c>).</summary>
internal enum OnnxType
{
    Float32 = 1,
    UInt8 = 2,
    Int64 = 7,
    Boolean = 9,
    Float64 = 11,
}
