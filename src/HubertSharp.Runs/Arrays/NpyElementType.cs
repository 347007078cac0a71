namespace HubertSharp.Runs.Arrays;

/// <summary>The element types of <c>.npy</c> files that are read here; all little-endian.</summary>
public enum NpyElementType
{
    Boolean,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float16,
    Float32,
    Float64,
}
