using System.Runtime.InteropServices;

namespace HubertSharp.Distributed.Nccl;

/// <summary>nccl.h: what the first rank makes and all others need to find it (ncclUniqueId).</summary>
internal unsafe struct NcclId
{
    public const int Bytes = 128;

    private fixed byte _bytes[Bytes];

    public static NcclId Of(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<NcclId>(bytes);

    public byte[] ToArray()
    {
        fixed (byte* from = _bytes)
            return new ReadOnlySpan<byte>(from, Bytes).ToArray();
    }
}
