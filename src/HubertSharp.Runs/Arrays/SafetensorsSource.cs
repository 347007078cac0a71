namespace HubertSharp.Runs.Arrays;

/// <summary>A tensor that is written to a safetensors file from where it lies.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">safetensors' type name.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="LengthBytes">Bytes of its content.</param>
/// <param name="WriteTo">Writes exactly so many bytes, row-major and little-endian.</param>
public sealed record SafetensorsSource(string Name, string DType, IReadOnlyList<long> Shape, long LengthBytes, Action<Stream> WriteTo);
