using System.Buffers.Binary;
using System.Text;

namespace HubertSharp.Build;

/// <summary>
/// The version-needs table (<c>.gnu.version_r</c>) of a 64-bit little-endian ELF file. Marking one needed version as weak
/// lets the dynamic loader start the library on a system whose C++ runtime is older than that version.
/// </summary>
/// <remarks>
/// TorchSharp's native library asks for GLIBCXX_3.4.32 for one symbol that it never calls, so it does not load on Debian 12
/// or RHEL 9. Layout: System V gABI, section headers; LSB "Symbol Versioning", Elf64_Verneed and Elf64_Vernaux.
/// </remarks>
internal static class VersionNeeds
{
    private const uint SectionTypeVerneed = 0x6ffffffe;
    private const ushort FlagWeak = 0x2;

    /// <summary>Sets VER_FLG_WEAK on every need named <paramref name="version"/>; returns how many entries changed.</summary>
    /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF file, or a table that points outside the file.</exception>
    public static int Weaken(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        var sectionTable = BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3a..]);
        int sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]);
        if (entrySize < 64 && sectionCount > 0)
            throw new InvalidDataException($"section header size {entrySize}, expected 64");

        var changed = 0;
        for (var i = 0; i < sectionCount; i++)
        {
            var section = Slice(elf, sectionTable + ((ulong)i * (ulong)entrySize), 64);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionTypeVerneed)
                continue;
            var needs = Section(elf, section);
            var link = BinaryPrimitives.ReadUInt32LittleEndian(section[40..]);
            if (link >= sectionCount)
                throw new InvalidDataException($"string section {link} of {sectionCount}");
            var strings = Section(elf, Slice(elf, sectionTable + (link * (ulong)entrySize), 64));
            changed += WeakenTable(needs, strings, Encoding.ASCII.GetBytes(version));
        }
        return changed;
    }

    private static int WeakenTable(Span<byte> needs, ReadOnlySpan<byte> strings, ReadOnlySpan<byte> version)
    {
        var changed = 0;
        ulong file = 0;
        while (true)
        {
            var need = Slice(needs, file, 16);
            int auxCount = BinaryPrimitives.ReadUInt16LittleEndian(need[2..]);
            var aux = file + BinaryPrimitives.ReadUInt32LittleEndian(need[8..]);
            for (var i = 0; i < auxCount; i++)
            {
                var entry = Slice(needs, aux, 16);
                var nameOffset = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);
                var flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
                if (IsString(strings, nameOffset, version) && (flags & FlagWeak) == 0)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)(flags | FlagWeak));
                    changed++;
                }
                var nextAux = BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
                if (nextAux == 0)
                    break;
                aux += nextAux;
            }
            var next = BinaryPrimitives.ReadUInt32LittleEndian(need[12..]);
            if (next == 0)
                return changed;
            file += next; // offsets only grow, so a lying table ends at Slice's bound
        }
    }

    private static bool IsString(ReadOnlySpan<byte> strings, uint offset, ReadOnlySpan<byte> expected) =>
        offset < strings.Length
        && strings[(int)offset..].StartsWith(expected)
        && strings.Length > offset + expected.Length
        && strings[(int)offset + expected.Length] == 0;

    private static Span<byte> Section(Span<byte> elf, ReadOnlySpan<byte> header) =>
        Slice(elf, BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));

    private static Span<byte> Slice(Span<byte> bytes, ulong offset, ulong length) =>
        offset <= (ulong)bytes.Length && length <= (ulong)bytes.Length - offset
            ? bytes.Slice((int)offset, (int)length)
            : throw new InvalidDataException($"offset {offset} and length {length} lie outside the {bytes.Length} bytes");
}
