namespace HubertSharp.Training.Updates;

/// <summary>Several pieces of bytes in one: a count, then each with its length.</summary>
internal static class ByteParts
{
    public static byte[] Join(IReadOnlyList<byte[]> parts)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(parts.Count);
        foreach (var part in parts)
        {
            writer.Write(part.Length);
            writer.Write(part);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    public static IReadOnlyList<byte[]> Split(byte[] joined)
    {
        using var reader = new BinaryReader(new MemoryStream(joined));
        var parts = new byte[reader.ReadInt32()][];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = reader.ReadBytes(reader.ReadInt32());
        return parts;
    }

    /// <summary>What a writer writes.</summary>
    public static byte[] Of(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }
}
