namespace HubertSharp.Runs.Files;

internal static class FileFaults
{
    public static UserException NotRegular(string path, string found) =>
        UserException.Create("not a regular file", path, "a file", found, "name a file that is stored on a disk");

    public static UserException OtherKind(string path, string expected) =>
        UserException.Create("what is there already is something else, and stays", path, expected, "another kind of file",
            "choose another name, or move it away");

    public static UserException FileInTheWay(string path, string file) =>
        UserException.Create("cannot write", path, "a folder", $"the file {file}", "choose another place");

    public static UserException LineTooLong(string path, int maximumBytes) =>
        UserException.Create("a line is too long", path, $"text with lines of at most {Counted.Of(maximumBytes, "byte")}", "more",
            "check that it is the right file");

    public static UserException TooLarge(string path, long maximumBytes) =>
        UserException.Create("the file is too large", path, $"at most {Counted.Of(maximumBytes, "byte")}", "more",
            "check that it is the right file");
}
