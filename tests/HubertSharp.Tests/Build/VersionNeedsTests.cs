using System.Buffers.Binary;
using System.Text;
using CsCheck;
using HubertSharp.Build;

namespace HubertSharp.Tests.Build;

public class VersionNeedsTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void Only_the_named_version_becomes_weak()
    {
        var elf = MadeUpElf.Build(("libm.so.6", ["GLIBC_2.29"]), ("libstdc++.so.6", ["GLIBCXX_3.4.29", Version, "CXXABI_1.3"]));
        var before = (byte[])elf.Clone();

        Assert.Equal(1, VersionNeeds.Weaken(elf, Version));

        var changed = Enumerable.Range(0, elf.Length).Where(i => elf[i] != before[i]).ToList();
        var offset = Assert.Single(changed);
        Assert.Equal((0, 2), (before[offset], elf[offset]));
        Assert.Equal(
            [("GLIBC_2.29", 0), ("GLIBCXX_3.4.29", 0), (Version, 2), ("CXXABI_1.3", 0)],
            MadeUpElf.Flags(elf));
    }

    [Fact]
    public void A_second_pass_changes_nothing()
    {
        var elf = MadeUpElf.Build(("libstdc++.so.6", [Version]));
        Assert.Equal(1, VersionNeeds.Weaken(elf, Version));
        Assert.Equal(0, VersionNeeds.Weaken(elf, Version));
    }

    [Fact]
    public void A_longer_name_with_the_same_beginning_is_left_alone()
    {
        var elf = MadeUpElf.Build(("libstdc++.so.6", [Version + "1", "GLIBCXX_3.4.3"]));
        Assert.Equal(0, VersionNeeds.Weaken(elf, Version));
    }

    [Fact]
    public void Every_file_that_needs_it_is_changed()
    {
        var elf = MadeUpElf.Build(("liba.so", [Version]), ("libb.so", ["X", Version]));
        Assert.Equal(2, VersionNeeds.Weaken(elf, Version));
    }

    [Fact]
    public void What_is_no_elf_file_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Weaken(new byte[10], Version));
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Weaken("#!/bin/sh"u8.ToArray().Concat(new byte[100]).ToArray(), Version));
        var thirtyTwoBit = MadeUpElf.Build(("liba.so", [Version]));
        thirtyTwoBit[4] = 1;
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Weaken(thirtyTwoBit, Version));
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        var elf = MadeUpElf.Build(("libstdc++.so.6", ["A", Version]));
        for (var length = 0; length < elf.Length; length++)
        {
            var cut = elf[..length];
            Assert.Throws<InvalidDataException>(() => VersionNeeds.Weaken(cut, Version));
        }
    }

    [Theory]
    [InlineData(8, 0xfffffff0u)] // vn_aux, the first version
    [InlineData(12, 0x7fffffffu)] // vn_next, the next file
    public void A_table_that_points_outside_is_refused(int fieldOffset, uint value)
    {
        var elf = MadeUpElf.Build(("libstdc++.so.6", ["A", Version]));
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(MadeUpElf.NeedsOffset(elf) + fieldOffset), value);
        Assert.Throws<InvalidDataException>(() => VersionNeeds.Weaken(elf, Version));
    }

    [Fact]
    public void Any_flipped_bytes_end_in_a_result_or_a_refusal() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400], Gen.Byte).Sample((at, value, at2, value2) =>
        {
            var elf = MadeUpElf.Build(("libm.so.6", ["GLIBC_2.29"]), ("libstdc++.so.6", ["GLIBCXX_3.4.29", Version]));
            elf[at % elf.Length] = value;
            elf[at2 % elf.Length] = value2;
            try
            {
                VersionNeeds.Weaken(elf, Version);
            }
            catch (InvalidDataException)
            {
                // refused
            }
        }, iter: 20_000);

    [Fact]
    public void The_library_that_these_tests_run_with_needs_nothing_more()
    {
        // TorchSharp makes a folder 'cpu' of its own, from the package, where a program had too little memory to load it
        var built = Path.Combine(AppContext.BaseDirectory, "runtimes");
        var library = Assert.Single(Directory.EnumerateFiles(built, "libLibTorchSharp.so", SearchOption.AllDirectories));
        Assert.Equal(0, VersionNeeds.Weaken(File.ReadAllBytes(library), Version));
    }

    /// <summary>
    /// A 64-bit ELF file of three sections: none, the strings, the version needs (System V gABI; LSB "Symbol Versioning").
    /// </summary>
    private static class MadeUpElf
    {
        private const int HeaderSize = 64;

        public static byte[] Build(params (string File, string[] Versions)[] needs)
        {
            var strings = new MemoryStream();
            strings.WriteByte(0);
            uint AddString(string text)
            {
                var offset = (uint)strings.Length;
                strings.Write(Encoding.ASCII.GetBytes(text + "\0"));
                return offset;
            }

            var table = new MemoryStream();
            for (var n = 0; n < needs.Length; n++)
            {
                var (file, versions) = needs[n];
                var isLast = n == needs.Length - 1;
                Write16(table, 1, (ushort)versions.Length); // vn_version, vn_cnt
                Write32(table, AddString(file), 16, isLast ? 0 : (uint)(16 + (16 * versions.Length))); // vn_file, vn_aux, vn_next
                for (var v = 0; v < versions.Length; v++)
                {
                    Write32(table, 0x12345678); // vna_hash
                    Write16(table, 0, (ushort)(v + 2)); // vna_flags, vna_other
                    Write32(table, AddString(versions[v]), v == versions.Length - 1 ? 0u : 16u); // vna_name, vna_next
                }
            }

            var elf = new byte[HeaderSize + strings.Length + table.Length + (3 * HeaderSize)];
            "\u007fELF"u8.CopyTo(elf);
            elf[4] = 2; // 64-bit
            elf[5] = 1; // little-endian
            strings.ToArray().CopyTo(elf, HeaderSize);
            table.ToArray().CopyTo(elf, HeaderSize + (int)strings.Length);
            var sections = HeaderSize + (int)strings.Length + (int)table.Length;
            BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(0x28), (ulong)sections);
            BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3a), HeaderSize);
            BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3c), 3);
            WriteSection(elf.AsSpan(sections + HeaderSize), type: 3, HeaderSize, (int)strings.Length, link: 0);
            WriteSection(
                elf.AsSpan(sections + (2 * HeaderSize)), type: 0x6ffffffe, HeaderSize + (int)strings.Length, (int)table.Length, link: 1);
            return elf;
        }

        public static int NeedsOffset(byte[] elf)
        {
            var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(0x28));
            return (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(sections + (2 * HeaderSize) + 24));
        }

        /// <summary>The versions in file order with their flags, read on the assumption that the file is well-formed.</summary>
        public static List<(string Version, int Flags)> Flags(byte[] elf)
        {
            var result = new List<(string, int)>();
            for (int need = NeedsOffset(elf), step = 1; step != 0; need += step)
            {
                var count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(need + 2));
                for (var v = 0; v < count; v++)
                {
                    var entry = elf.AsSpan(need + 16 + (16 * v));
                    var name = elf.AsSpan(HeaderSize + (int)BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
                    result.Add((Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]),
                        BinaryPrimitives.ReadUInt16LittleEndian(entry[4..])));
                }
                step = (int)BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(need + 12));
            }
            return result;
        }

        private static void WriteSection(Span<byte> header, uint type, int offset, int length, uint link)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], (ulong)offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], link);
        }

        private static void Write16(MemoryStream stream, params ReadOnlySpan<ushort> values)
        {
            foreach (var value in values)
                stream.Write(BitConverter.GetBytes(value));
        }

        private static void Write32(MemoryStream stream, params ReadOnlySpan<uint> values)
        {
            foreach (var value in values)
                stream.Write(BitConverter.GetBytes(value));
        }
    }
}
