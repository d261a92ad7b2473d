import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Takes one JSON object a line and answers each with one: compiles the package, runs its tests, calls its methods. */
final class Main {
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    private static Path runtime;
    private static Path base;
    private static UnaryOperator<String> program;

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        runtime = Path.of(arguments[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ApexMap asked = (ApexMap) Json.read(line);
            out.println(answer(line, asked));
        }
    }

    private static String answer(String line, ApexMap asked) throws Exception {
        switch ((String) asked.get("do")) {
            case "load":
                base = Path.of((String) asked.get("folder"));
                return compiled(base, asked, true);
            case "mutant":
                return compiled(Path.of((String) asked.get("folder")), asked, false);
            default:
                return program.apply(line);
        }
    }

    /** Compiles a folder's sources; a mutant's tests are run at once, until one fails. */
    private static String compiled(Path folder, ApexMap asked, boolean isBase) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-nowarn", "-g:none", "-proc:none", "-d", folder.toString(), "-cp", runtime + ":" + base));
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(one -> one.toString().endsWith(".java")).forEach(one -> arguments.add(one.toString()));
        }
        java.io.ByteArrayOutputStream errors = new java.io.ByteArrayOutputStream();
        if (COMPILER.run(null, null, errors, arguments.toArray(String[]::new)) != 0) {
            return Json.write(result("refused", errors.toString(StandardCharsets.UTF_8)));
        }
        UnaryOperator<String> made = load(folder);
        String setUp = made.apply(Json.write(with(asked, "setup")));
        if (isBase) {
            program = made;
            return setUp;
        }
        return made.apply(Json.write(with(asked, "tests")));
    }

    private static ApexMap with(ApexMap asked, String verb) {
        ApexMap made = new ApexMap("string", "object");
        made.putAll(asked);
        made.put("do", verb);
        return made;
    }

    private static ApexMap result(String name, Object value) {
        ApexMap made = new ApexMap("string", "object");
        made.put(name, value);
        return made;
    }

    /** Package and runtime in a loader of their own, so that nothing is left of what ran before. */
    @SuppressWarnings("unchecked")
    private static UnaryOperator<String> load(Path folder) throws Exception {
        URL[] places = {folder.toUri().toURL(), base.toUri().toURL(), runtime.toUri().toURL()};
        URLClassLoader loader = new URLClassLoader(places, ClassLoader.getPlatformClassLoader());
        return (UnaryOperator<String>) loader.loadClass("Runner").getDeclaredConstructor().newInstance();
    }
}
